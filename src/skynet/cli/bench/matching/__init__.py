"""`skynet bench matching`: the hot list beside a linear scan."""
