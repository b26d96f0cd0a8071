"""Training of the street detector: pictures, augmentation, teacher, network, loss and score."""
