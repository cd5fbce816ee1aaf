"""Ask the agent to stop.

python stopping.py SOCKET
"""

import json
import sys

from tests.adversary.attacks.line import Line

if __name__ == "__main__":
    sys.stdout.write(json.dumps(Line(sys.argv[1]).ask({"ask": "stop", "version": 1})))
