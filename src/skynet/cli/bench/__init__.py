"""Benchmarks of the edge beside the ways of others, on streams that they render themselves."""
