"""Patrol units and places: who is where, who is suggested for an alert, who is sent and how far they have come."""
