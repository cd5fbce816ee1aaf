"""Take every turn that there is to be had, and ask for prod in each.

    python flooding.py SOCKET CONFIG

It says `there` when it is at it, and goes on until its input ends: connections that ask again and
again, others that say nothing, or half a line, and others that never read what they are told. It
prints how often it was refused.
"""

import contextlib
import json
import sys
import threading

from tests.adversary.attacks.line import Line

_ASKING, _STILL = 6, 200
_BURST = 20


class _Flood:
    def __init__(self, path: str, config: str) -> None:
        self._path = path
        self._ask = {"ask": "release", "profile": "prod", "config": config, "version": 1}
        self._count = threading.Lock()
        self.over = threading.Event()
        self.refused = 0
        self._still: list[Line] = []

    def ask(self) -> None:
        while not self.over.is_set():
            with contextlib.suppress(OSError):
                self._ask_on(Line(self._path))

    def _ask_on(self, line: Line) -> None:
        """Use one connection for as long as it lasts."""
        while not self.over.is_set() and (answer := line.ask(self._ask)) is not None:
            with self._count:
                self.refused += answer["answer"] == "failed"
        line.close()

    def keep_still(self) -> None:
        """A third says nothing, a third half a line, and a third never reads."""
        for number in range(_STILL):
            with contextlib.suppress(OSError):
                line = Line(self._path)
                if number % 3 == 1:
                    line.send(b'{"ask":"rel')
                elif number % 3 == 2:
                    for _ in range(_BURST):
                        line.send(self._ask)
                self._still.append(line)


if __name__ == "__main__":
    flood = _Flood(*sys.argv[1:])
    threads = [threading.Thread(target=flood.ask) for _ in range(_ASKING)]
    for thread in threads:
        thread.start()
    flood.keep_still()
    sys.stdout.write("there\n")
    sys.stdout.flush()
    sys.stdin.read()
    flood.over.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(flood.refused))
