"""The person's part of a measured sign-in: BROWSER runs this, and it notes how long it took."""

import time

_BEGUN = time.monotonic()

import os  # noqa: E402  # the clock comes first
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from sekisho.demo.robot import main  # noqa: E402

if __name__ == "__main__":
    main(sys.argv[1])
    Path(os.environ["SEKISHO_BENCH_PERSON"]).write_text(str(time.monotonic() - _BEGUN))
