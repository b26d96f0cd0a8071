"""`skynet bench eyes`: what detectors and plate readers see, ours beside those of others."""
