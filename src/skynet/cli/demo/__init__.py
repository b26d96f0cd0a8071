"""`skynet demo`: coordinator, edge and a polling dispatcher on one machine, each a process or thread of its own."""
