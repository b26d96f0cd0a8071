"""`skynet cameras …`: finds cameras, looks at them, adds them to a box, turns them, listens to them."""
