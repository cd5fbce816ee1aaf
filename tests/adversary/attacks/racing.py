"""While the person signs in to prod: be there first, by every way that is open to anybody.

    python racing.py SOCKET CONFIG

It says `there`, later `enough`, and goes on until its input ends: it asks for prod, for a scope of prod, to open prod
with every question answered in advance; pastes made-up codes; and visits every port that a process
of this user listens on, with made-up codes. It prints the accounts it was handed credentials for, and
how often it tried.
"""

import contextlib
import json
import os
import sys
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.adversary.attacks.line import Line

_LISTENS = "0A"
_WAYS = len(("release", "scope", "pasted", "typed", "approved", "visit"))
_ENOUGH = 50
_FORGED = "code=sks_ac_forgedforgedforgedforged&state=forged"


class _Race:
    def __init__(self, path: str, config: str) -> None:
        self._path, self._config = path, config
        self.over, self.enough = threading.Event(), threading.Event()
        self.tried: Counter[str] = Counter()
        self.accounts: set[str] = set()

    def release(self) -> None:
        self._ask({"ask": "release", "profile": "prod", "config": self._config})

    def scope(self) -> None:
        self._ask({"ask": "scope", "profiles": ["prod"], "config": self._config, "seconds": 60})

    def paste(self) -> None:
        line = Line(self._path)
        pasted = {"ask": "pasted", "text": f"http://127.0.0.1:1/oauth/callback?{_FORGED}"}
        line.send(pasted)
        line.ask({"ask": "status"})
        line.close()
        self.tried["pasted"] += 1

    def approve(self) -> None:
        self._ask({"ask": "typed", "text": "prod"})
        self._ask({"ask": "approved", "digest": ""})

    def visit(self) -> None:
        """RFC 8252 §8.9: the redirect URI's port is no secret."""
        for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENS and int(fields[7]) == os.getuid():
                port = int(fields[1].partition(":")[2], 16)
                url = f"http://127.0.0.1:{port}/oauth/callback?{_FORGED}"
                with contextlib.suppress(OSError, urllib.error.URLError):
                    urllib.request.urlopen(url, timeout=5).read()
                self.tried["visit"] += 1

    def go_on(self, act: Callable[[], None]) -> None:
        while not self.over.is_set():
            with contextlib.suppress(OSError):
                act()
            if len(self.tried) == _WAYS and min(self.tried.values()) >= _ENOUGH:
                self.enough.set()

    def _ask(self, message: dict[str, object]) -> None:
        line = Line(self._path)
        answer = line.ask(message)
        line.close()
        self.tried[str(message["ask"])] += 1
        if answer is not None and answer["answer"] == "credentials":
            self.accounts.add(answer["document"]["AccountId"])


if __name__ == "__main__":
    race = _Race(*sys.argv[1:])
    acts = (race.release, race.scope, race.paste, race.approve, race.visit)
    threads = [threading.Thread(target=race.go_on, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    sys.stdout.write("there\n")
    sys.stdout.flush()
    race.enough.wait()
    sys.stdout.write("enough\n")
    sys.stdout.flush()
    sys.stdin.read()
    race.over.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps({"tried": race.tried, "accounts": sorted(race.accounts)}))
