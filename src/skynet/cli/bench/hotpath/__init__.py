"""`skynet bench hotpath`: what it costs to watch a camera, and what is seen, beside the ways of others."""
