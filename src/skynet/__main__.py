"""`python -m skynet` is the same as the `skynet` command."""

from skynet.cli.app import main

main()
