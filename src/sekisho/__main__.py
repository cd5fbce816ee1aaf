"""The way in: `sekisho`, and `python -m sekisho`. It imports what the command line needs, no more."""

import sys

__all__ = ["main"]


def main() -> int:
    """Run the process's own command line; return the exit status."""
    from sekisho.cli.main import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
