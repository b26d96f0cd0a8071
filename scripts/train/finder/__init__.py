"""The plate finder: scenes made on the fly, a small convolutional network, its training, scoring and export."""
