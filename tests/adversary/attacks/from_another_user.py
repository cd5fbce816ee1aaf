"""Ask the agent of somebody else.

    python from_another_user.py SOCKET

It prints how that ended.
"""

import sys

from tests.adversary.attacks.line import Line

if __name__ == "__main__":
    try:
        answer = Line(sys.argv[1]).ask({"ask": "status", "version": 1})
    except OSError as error:
        sys.stdout.write(f"{type(error).__name__}\n")
    else:
        sys.stdout.write("hung up\n" if answer is None else f"{answer['answer']}\n")
