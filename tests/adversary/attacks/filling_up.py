"""Let a process write no more, as on a full disk: prlimit(2) needs no more than the same user.

    python filling_up.py PID BYTES

It says `there`, and gives the process its room back when its input ends.
"""

import resource
import sys

if __name__ == "__main__":
    pid, size = map(int, sys.argv[1:])
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, before[1]))
    sys.stdout.write("there\n")
    sys.stdout.flush()
    sys.stdin.read()
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
