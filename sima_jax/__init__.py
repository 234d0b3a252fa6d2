"""The SIMA-style agent and its learner: pure functions on arrays."""
