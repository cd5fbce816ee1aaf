"""The AWS CLI's folder of role credentials."""

import shlex
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.store.cachefile import time_in
from sekisho.store.keys import role_folder

__all__ = ["CHECK"]


def _look(subject: Subject) -> Iterator[Result]:
    roles = {path: found for path, found in subject.roles.items() if path.suffix == ".json"}
    for path, found in roles.items():
        if isinstance(found, str):
            yield Result(
                Gravity.WARNING,
                f"{path} holds no role credentials that can be read: {found}",
                "The AWS CLI passes over it, and asks the service each time.",
                f"rm {shlex.quote(str(path))}",
                about=str(path),
            )
    kept = [found for found in roles.values() if isinstance(found, dict)]
    now = subject.around.clock.now()
    live = [each for each in kept if _expires_after(each, now)]
    if others := [each for each in live if each.get("ProviderType") != "sso"]:
        yield Result(
            Gravity.INFO,
            f"{len(others)} of {len(live)} live role credentials are another tool's, or of roles "
            "that the AWS CLI assumed",
            "A new sign-in or a logout does not end them.",
            about=str(role_folder(subject.around.home)),
        )
    yield Result(Gravity.OK, f"{len(live)} live, {len(kept) - len(live)} expired")


def _expires_after(found: dict[str, Any], now: datetime) -> bool:
    credentials = found.get("Credentials")
    try:
        return isinstance(credentials, dict) and time_in(credentials, "Expiration") > now
    except ValueError:
        return False


CHECK = Check("role-credentials", "cached role credentials: live, expired, torn", _look)
