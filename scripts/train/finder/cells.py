"""What the network says a cell: the grid and the channels that training, decoding and export share."""

STRIDE = 8
"""A cell is this many pixels wide and tall."""
UNIT = 32.0
"""Corner offsets are in units of this many pixels."""
CHANNELS = 10
"""Plate logit, two-row logit, and x, y of the four corners."""
