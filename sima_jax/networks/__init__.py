"""The agent's networks. Only these modules import flax.linen."""
