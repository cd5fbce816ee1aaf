"""Open a gate without a person: answer each question of the agent's at once, as if somebody had.

    python opening.py SOCKET CONFIG PROFILE

It prints, as JSON, the kinds of what the agent said, in order. It comes to its end when the agent
has said no, or has waited for the person in vain for a few seconds.
"""

import json
import sys

from tests.adversary.attacks.line import Line

_PATIENCE = 4.0
_FORGED = "http://127.0.0.1:1/oauth/callback?code=sks_ac_forgedforgedforgedforged&state=forged"

if __name__ == "__main__":
    path, config, profile = sys.argv[1:]
    line = Line(path, seconds=_PATIENCE)
    line.send({"ask": "open", "profile": profile, "config": config, "version": 1})
    said = []
    try:
        while (answer := line.receive()) is not None:
            said.append(answer["answer"])
            match answer["answer"]:
                case "browse":
                    line.send({"ask": "browsed", "opened": True})
                case "confirm":
                    line.send({"ask": "typed", "text": answer["profile"]})
                case "approve":
                    line.send({"ask": "approved", "digest": answer["digest"]})
                case "show-url" | "may-paste" | "waiting":
                    line.send({"ask": "pasted", "text": _FORGED})
                case "opened" | "failed":
                    break
    except TimeoutError:
        said.append("nothing more")
    line.close()
    sys.stdout.write(json.dumps(said))
