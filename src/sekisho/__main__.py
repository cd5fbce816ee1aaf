"""The way in: `sekisho`, and `python -m sekisho`.

It looks at the arguments before it imports anything, since SDKs start `credential-process` for
every process of theirs.
"""

import os
import sys

__all__ = ["main"]

_COLLECT_RARELY = 50_000
"""Objects between two looks for garbage: imports, and a config of 10,000 profiles, leave hardly any."""


def main() -> int:
    """Run the process's own command line; return the exit status."""
    arguments = sys.argv[1:]
    if os.name == "nt":
        sys.stderr.write("sekisho runs on Linux, macOS and WSL; native Windows is not supported\n")
        return 2
    if "credential-process" in arguments and _served_the_short_way(arguments):
        return 0
    import gc

    gc.set_threshold(_COLLECT_RARELY)
    from sekisho.cli.main import main as run

    return run(arguments)


def _served_the_short_way(arguments: list[str]) -> bool:
    import time

    from sekisho import quick

    answer = quick.serve(arguments, os.environ, time.time)
    if answer is None:
        return False
    try:
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    except OSError:  # a closed pipe, a full disk: the long way meets it too, and says so
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
