"""The simulator: (world, state, action) -> state."""
