"""A coordinator's data in a folder of its own, made while it serves, and back out of it into an empty place."""
