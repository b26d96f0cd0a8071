"""Skynet (天网): the video net of a city's public-safety programme."""

__version__ = "0.1.0"
