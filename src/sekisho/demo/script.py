"""The story as a script: what is said, what is run, and what must come of it (`story.md`)."""

import re
from dataclasses import dataclass

__all__ = ["PASSWORD", "PERSON", "SCRIPT", "Step"]

PERSON = "hoge@hoge.com"
PASSWORD = "correct horse battery staple"  # of the scene, which ends with the demo

_START_URL = "https://hoge.awsapps.com/start"


@dataclass(frozen=True, slots=True)
class Step:
    """One command, with the sentence that leads to it."""

    say: str
    """What the person is told before it runs; empty where the command goes on with the last."""
    command: tuple[str, ...]
    """The command line after `sekisho`, or `cat` with a path below the home."""
    status: int
    """The exit status that the story asks for."""
    shows: tuple[str, ...]
    """Regular expressions; each must be found in what the command prints, in one line."""


def _answer(account: str) -> tuple[str, ...]:
    role = r"AWSReservedSSO_AdministratorAccess_[0-9a-f]{16}"
    return (
        rf'"UserId": "AROA[A-Z0-9]+:{re.escape(PERSON)}"',
        rf'"Account": "{account}"',
        rf'"Arn": "arn:aws:sts::{account}:assumed-role/{role}/{re.escape(PERSON)}"',
    )


def _no_token(label: str) -> tuple[str, ...]:
    return (f"Error loading SSO Token: Token for {re.escape(label)} does not exist",)


_SIGNED_IN = (f"Successfully logged into Start URL: {re.escape(_START_URL)}",)
_DEV, _STG = "1234567891011", "1234567891012"

SCRIPT: tuple[Step, ...] = (
    Step(
        "Two environments, dev and stg, one profile each. It looks harmless.",
        ("cat", ".aws/config"),
        0,
        (r"\[profile dev\]", r"\[profile stg\]", _START_URL),
    ),
    Step(
        "Nobody has signed in. Both are closed, as they should be.",
        ("whoami", "--profile", "dev"),
        3,
        _no_token(_START_URL),
    ),
    Step("", ("whoami", "--profile", "stg"), 3, _no_token(_START_URL)),
    Step(
        "Sign in to dev. Only to dev.",
        ("login", "--profile", "dev"),
        0,
        _SIGNED_IN,
    ),
    Step("dev answers.", ("whoami", "--profile", "dev"), 0, _answer(_DEV)),
    Step(
        "And stg? Nobody signed in to stg.",
        ("whoami", "--profile", "stg"),
        0,
        _answer(_STG),
    ),
    Step(
        "stg is open too. Why? Ask what a login opens.",
        ("reach",),
        0,
        (r"\bdev, stg\b", "2 profiles share one token: dev, stg"),
    ),
    Step(
        "Ask what is wrong with the config.",
        ("lint",),
        1,
        ("SK101", "SK301"),
    ),
    Step(
        "Give each profile a session of its own. Here is what changes.",
        ("isolate", "--by", "profile", "--yes"),
        0,
        (
            r"\+sso_session = hoge-dev",
            r"\+sso_session = hoge-stg",
            r"\+\[sso-session hoge-dev\]",
            r"\+\[sso-session hoge-stg\]",
            r"\+sso_registration_scopes = sso:account:access",
        ),
    ),
    Step("Sign in to dev again.", ("login", "--profile", "dev"), 0, _SIGNED_IN),
    Step("dev answers, as before.", ("whoami", "--profile", "dev"), 0, _answer(_DEV)),
    Step("And stg?", ("whoami", "--profile", "stg"), 3, _no_token("hoge-stg")),
    Step(
        "Closed. This is what each login opens now, and what its token still could.",
        ("reach",),
        0,
        (r"hoge-dev\W+dev\W+stg", r"hoge-stg\W+stg\W+dev"),
    ),
)
