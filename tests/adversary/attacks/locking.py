"""Keep a file locked, until its input ends.

python locking.py FILE
"""

import fcntl
import sys
from pathlib import Path

if __name__ == "__main__":
    with Path(sys.argv[1]).open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        sys.stdout.write("there\n")
        sys.stdout.flush()
        sys.stdin.read()
