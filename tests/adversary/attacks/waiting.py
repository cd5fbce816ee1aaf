"""Do nothing: an ordinary process to look into. It says its id."""

import os
import signal
import sys

if __name__ == "__main__":
    sys.stdout.write(f"there\n{os.getpid()}\n")
    sys.stdout.flush()
    signal.pause()
