"""Boxes and cameras: what they report of themselves and how fresh that is."""
