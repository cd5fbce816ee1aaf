"""Open a gate and say yes to the policy, as a person would at the terminal of `sekisho login`.

    python approving.py SOCKET CONFIG PROFILE

The URL goes to stderr; the person is at the browser. The agent is started where none runs.
"""

import os
import sys
from pathlib import Path

from sekisho.adapters.agent_process import start_agent
from sekisho.awsconfig.locate import locate
from tests.adversary.attacks.line import Line


def main(path: str, config: str, profile: str) -> int:
    """Open the gate of `profile`; return the exit status."""
    try:
        line = Line(path, seconds=60)
    except OSError:
        start_agent(os.environ, locate(os.environ, Path.home()))
        line = Line(path, seconds=60)
    line.send({"ask": "open", "profile": profile, "config": config, "no_browser": True})
    while (answer := line.receive()) is not None:
        match answer["answer"]:
            case "show-url":
                sys.stderr.write(f"{answer['url']}\n")
            case "confirm":
                line.send({"ask": "typed", "text": answer["profile"]})
            case "approve":
                line.send({"ask": "approved", "digest": answer["digest"]})
            case "opened":
                return 0
            case "failed":
                sys.stderr.write(f"{answer['kind']}: {answer['what']}\n")
                return int(answer["exit_status"])
        sys.stderr.flush()
    return 70


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
