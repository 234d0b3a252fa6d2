"""Tasks: what the instruction asks for, and what it earns."""
