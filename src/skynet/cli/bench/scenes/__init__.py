"""Rendered street scenes with their truth: what the hot path is tuned and scored on."""
