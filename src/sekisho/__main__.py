"""The way in: `sekisho`, and `python -m sekisho`. It imports what the command line needs, no more."""

import sys

__all__ = ["main"]


def main() -> int:
    """Run the process's own command line; return the exit status.

    A cached answer to `credential-process` takes the short way (`sekisho.quick`), before anything
    else of sekisho is imported.
    """
    if "credential-process" in sys.argv and _answered_at_once():
        return 0

    from sekisho.cli.main import main as run

    return run(sys.argv[1:])


def _answered_at_once() -> bool:
    import os
    import time

    from sekisho import quick

    answer = quick.serve(sys.argv[1:], os.environ, time.time)
    if answer is not None:
        sys.stdout.write(answer + "\n")
    return answer is not None


if __name__ == "__main__":
    sys.exit(main())
