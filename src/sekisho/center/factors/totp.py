"""Authenticator apps: time-based one-time codes (RFC 6238), by pyotp.

1. Secret: 160 random bits, as RFC 4226 §4 (R6) recommends; SHA-1, 6 digits, 30 seconds, which is
   all that every app knows. It is sealed at rest.
2. A code is good in its own step, and in the one before and after, for clocks that are off (§5.2).
3. A code is taken once (§5.2): the step that it was for has to be later than the last one taken,
   which one conditional UPDATE says, to all replicas.
"""

import hmac
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from sekisho.center import audit
from sekisho.center.center import Center
from sekisho.center.directory.people import User
from sekisho.center.factors.interface import Kind, SecondFactor, Step, Way, nothing_to_ask
from sekisho.center.keys import Keys
from sekisho.center.sealing import AUTHENTICATOR_APP, Unsealable, seal, unseal
from sekisho.center.storage.tables import authenticator_apps
from sekisho.secret import Secret

__all__ = [
    "AUTHENTICATOR_APPS",
    "add",
    "draft",
    "matching_step",
    "new_secret",
    "secret_of",
    "uri",
]

_STEP_SECONDS = 30
_DIGITS = 6
_SKEW = 1
_DRAFT = "authenticator app, not confirmed"


def new_secret() -> Secret:
    """Return a fresh secret, in base32 as apps take it."""
    import pyotp

    return Secret(pyotp.random_base32())


def uri(secret: Secret, *, person: str, issuer: str) -> Secret:
    """Return the `otpauth://` address that an app reads off a picture; it holds the secret."""
    import pyotp

    made = pyotp.TOTP(secret.reveal(), digits=_DIGITS, interval=_STEP_SECONDS)
    return Secret(made.provisioning_uri(name=person, issuer_name=issuer))


def draft(center: Center, user: User, secret: Secret) -> str:
    """Seal a secret that the person's app has not confirmed, to go through a form and come back."""
    return seal(center.keys, _DRAFT, secret, user.id)


def secret_of(center: Center, user: User, sealed: str) -> Secret | None:
    """Return the secret of a `draft` that was made for this person; `None` for anything else."""
    try:
        return unseal(center.keys, _DRAFT, sealed, user.id)
    except Unsealable:
        return None


def matching_step(secret: Secret, code: str, now: int) -> int | None:
    """Return the step that `code` is right for, near the time `now`; `None`: it is wrong.

    Blanks in the code do not count: apps show it in two groups.
    """
    import pyotp

    typed = "".join(code.split()).encode()
    made = pyotp.TOTP(secret.reveal(), digits=_DIGITS, interval=_STEP_SECONDS)
    here = now // _STEP_SECONDS
    for step in range(here - _SKEW, here + _SKEW + 1):
        if hmac.compare_digest(made.generate_otp(step).encode(), typed):
            return step
    return None


def add(
    connection: Connection, keys: Keys, user_id: str, name: str, secret: Secret, step: int, now: int
) -> None:
    """Enrol an app that has shown the code of `step`; that code is used up with this.

    The caller has made sure that there is room for it.
    """
    connection.execute(
        insert(authenticator_apps).values(
            user_id=user_id,
            name=name,
            secret=seal(keys, AUTHENTICATOR_APP, secret, user_id),
            used_step=step,
            made_at=now,
        )
    )


def _check(center: Center, step: Step, fields: Mapping[str, str]) -> bool:
    table, now = authenticator_apps, center.now()
    query = select(table.c.id, table.c.secret).where(table.c.user_id == step.user.id)
    with center.database.reading() as connection:
        apps = connection.execute(query).all()
    for app in apps:
        try:
            secret = unseal(center.keys, AUTHENTICATOR_APP, app.secret, step.user.id)
        except Unsealable:
            audit.warn("factors", f"no key opens the secret of the authenticator app {app.id}")
            continue
        found = matching_step(secret, fields.get("code", ""), now)
        if found is not None:
            return _use_up(center, app.id, found, now)
    return False


def _use_up(center: Center, app_id: str, step: int, now: int) -> bool:
    """Take the code of `step`, unless it or a later one was taken; whether it was taken now."""
    table = authenticator_apps
    taking = (
        update(table)
        .where(table.c.id == app_id, table.c.used_step < step)
        .values(used_step=step, last_used_at=now)
    )
    with center.database.writing() as connection:
        return connection.execute(taking).rowcount > 0


AUTHENTICATOR_APPS = SecondFactor(
    Way(Kind.AUTHENTICATOR_APP, nothing_to_ask, _check), authenticator_apps, most=2
)
"""Two, as AWS has it ("MFA types", AWS IAM Identity Center User Guide)."""
