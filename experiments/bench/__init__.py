"""Benchmarks. Each prints what it measures and ends in one line of JSON."""
