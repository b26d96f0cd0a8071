"""`skynet …`: one thin module a command. Everything that can go wrong ends in one clear line and an exit code."""
