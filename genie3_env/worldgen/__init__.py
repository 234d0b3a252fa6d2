"""WorldSpec + seed -> World."""
