"""Clips of alerts: taken in from boxes, shown to consoles."""
