"""People who have second factors, for tests: enrolled without a page, answered by pyotp itself."""

import pyotp
from sqlalchemy import select

from sekisho.center.center import Center
from sekisho.center.directory.people import User
from sekisho.center.factors import recovery_codes, totp
from sekisho.center.storage.tables import users
from sekisho.secret import Secret

LONG_AGO = 0
"""A time step that was used before any test."""


def user_called(center: Center, name: str) -> User:
    with center.database.reading() as connection:
        row = connection.execute(select(users).where(users.c.name == name)).one()
    return User(row.id, row.name, row.display_name)


def enrol_app(center: Center, name: str, *, called: str = "phone") -> Secret:
    """Give the person an authenticator app; return its secret."""
    user, secret = user_called(center, name), totp.new_secret()
    with center.database.writing() as connection:
        totp.add(connection, center.keys, user.id, called, secret, LONG_AGO, center.now())
    return secret


def give_recovery_codes(center: Center, name: str) -> tuple[str, ...]:
    user = user_called(center, name)
    with center.database.writing() as connection:
        codes = recovery_codes.renew(connection, user.id, center.now())
    return tuple(code.reveal() for code in codes)


def code_of(secret: Secret, center: Center, *, seconds: int = 0) -> str:
    """What the app shows `seconds` from now."""
    return pyotp.TOTP(secret.reveal()).at(center.now() + seconds)


def wrong_code(secret: Secret, center: Center) -> str:
    """A code of six digits that is right neither now nor near now."""
    near = {code_of(secret, center, seconds=30 * step) for step in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)
