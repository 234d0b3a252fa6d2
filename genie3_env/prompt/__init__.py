"""A sentence -> WorldSpec."""
