"""Say every message of the protocol, with every field wrong in every way, and ask for prod in all of them.

    python asking_wrongly.py SOCKET CONFIG

It prints, as JSON, how often it asked, the kinds of answers, and the accounts that it was handed
credentials for.
"""

import itertools
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from sekisho.guard import asks
from sekisho.guard.protocol import NotUnderstood, read_ask
from tests.adversary.attacks.line import Line

_WRONG: tuple[Any, ...] = (
    *(
        None,
        True,
        0,
        -1,
        1.5,
        2**63,
        10**400,
        "",
        " ",
        "\x00",
        "prod",
        "../prod",
        "prod\x00",
        "PROD",
    ),
    *("dev\nprod", "x" * 17_000, [], ["prod"], [["prod"]], {}, {"profile": "prod"}, "\ud800"),
)
_ENDS = (asks.Stop, asks.Close, asks.Open)
"""What anybody may ask for, and would end the attack, or wait for the person."""
_STATUS = msgspec.json.encode(asks.Status()) + b"\n"
_REST = (
    b"",
    b"\n",
    b"{}\n",
    b"[]\n",
    b"null\n",
    b"\xff\xfe\n",
    b"{" * 10_000 + b"\n",
    b'{"ask":"release"' + b" " * 20_000 + b"}\n",
    b'{"ask":"release","profile":"dev","profile":"prod","config":"/c","version":1}\n',
    b'{"ask":"open-all"}\n',
    b'{"answer":"credentials","document":{}}\n',
)


def messages(config: str) -> Iterator[bytes]:
    """Every ask, with one field wrong, missing or added; and what is no ask at all."""
    right: tuple[msgspec.Struct, ...] = (
        asks.Release("prod", config),
        asks.Open("prod", config, no_browser=True),
        asks.Browsed(opened=True),
        asks.Typed("prod"),
        asks.Approved("0" * 64),
        asks.Pasted("http://127.0.0.1:1/oauth/callback?code=sks_ac_fake&state=fake"),
        asks.Close("dev"),
        asks.Status(),
        asks.Scope(("prod",), config, 3600),
        asks.Stop(),
    )
    for each in right:
        yield msgspec.json.encode(each) + b"\n"
        told: dict[str, Any] = msgspec.to_builtins(each)
        for field, value in itertools.product(told, _WRONG):
            yield json.dumps({**told, field: value}).encode() + b"\n"
        for field in told:
            yield json.dumps({key: told[key] for key in told if key != field}).encode() + b"\n"
        yield json.dumps({**told, "gate": "prod"}).encode() + b"\n"
    for profile, path in itertools.product(("dev", "prod", "Prod"), _other_paths(config)):
        yield msgspec.json.encode(asks.Release(profile, path)) + b"\n"
    yield from _REST


def _other_paths(config: str) -> tuple[str, ...]:
    return (
        "",
        "/",
        "/dev/null",
        "/dev/stdin",
        f"{config}/",
        f"{config}.other",
        config.upper(),
        "~",
    )


def is_fair(raw: bytes) -> bool:
    """Whether `raw` is an ask that anybody may make, and that would end the attack."""
    try:
        return isinstance(read_ask(raw), _ENDS)
    except NotUnderstood:
        return False


def said_to(path: str, raw: bytes) -> Iterator[dict[str, Any]]:
    """Every answer to `raw`, until the agent answers a question after it, or hangs up."""
    line = Line(path)
    try:
        line.send(raw + _STATUS)
        while (answer := line.receive()) is not None:
            yield answer
            if answer["answer"] == "state":
                return
    except ConnectionError:
        return
    finally:
        line.close()


if __name__ == "__main__":
    path, config = sys.argv[1:]
    kinds: Counter[str] = Counter()
    accounts: set[str] = set()
    asked = 0
    for raw in messages(config):
        if is_fair(raw):
            continue
        for answer in said_to(path, raw if raw.endswith(b"\n") else raw + b"\n"):
            kinds[f"{answer['answer']} {answer.get('kind', '')}"] += 1
            if answer["answer"] == "credentials":
                accounts.add(answer["document"]["AccountId"])
        asked += 1
    sys.stdout.write(json.dumps({"asked": asked, "kinds": kinds, "accounts": sorted(accounts)}))
