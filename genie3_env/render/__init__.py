"""(World, state, camera) -> uint8 [H, W, 3]."""
