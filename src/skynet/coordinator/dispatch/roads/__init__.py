"""The road graph: read from a map once, kept as a compact file, asked for the way from many units to one place."""
