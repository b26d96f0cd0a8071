"""`skynet analyze`: files and streams in, events out, once."""
