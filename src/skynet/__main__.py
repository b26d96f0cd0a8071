"""Where the `skynet` command and `python -m skynet` start."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command line. While it loads, Ctrl-C ends it as it ends any program, without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from skynet.cli.app import main as run

    run()


if __name__ == "__main__":
    main()
