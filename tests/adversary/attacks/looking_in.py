"""Try every way into the memory of a process; `tests/unit/guard/peeking.py` has them.

    python looking_in.py PID

It prints, as JSON, what each way gave: `null`, or why it was refused.
"""

import json
import sys

from tests.unit.guard.peeking import look

if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(int(sys.argv[1]), 0x1000)))
