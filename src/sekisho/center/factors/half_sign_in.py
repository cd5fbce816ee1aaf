"""A sign-in of which the first half is done: the password was right, and a second factor is to come.

1. Who has a factor, or is to get one, has no session after the password: a row in the database says
   who they are, for ten minutes, and a cookie of its own names the row. It opens this step alone.
2. What is answered is counted before it is looked at: by person and address; by person, since only
   somebody with the password comes here; and five times for each row.
3. Who answers right gets a session under a new cookie. The row goes with that, in the same
   transaction, so that it is worth one session; it is worth none if meanwhile the person was kept
   out, their password changed, or their factors were reset.

A session that is proved to be its person's again takes the same way, and ends in that session.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import Connection, delete, insert, select, update

from sekisho.center import audit, lockouts, sessions
from sekisho.center.bounded import keep_bounded
from sekisho.center.center import Center
from sekisho.center.directory.instance import Mfa
from sekisho.center.directory.people import User
from sekisho.center.events import Event
from sekisho.center.factors.catalogue import WAYS
from sekisho.center.factors.enrolled import has_any
from sekisho.center.factors.interface import Kind, Step
from sekisho.center.lockouts import LockedOut
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import half_sign_ins, users

__all__ = [
    "Begun",
    "Browser",
    "Finished",
    "HalfSignIn",
    "Refusal",
    "answer",
    "begin",
    "finish",
    "half_of",
]

_LIFETIME = 10 * 60
_ATTEMPTS = 5
_FREE_FROM_ANYWHERE = 20
_WHAT = "second factor failures"


@dataclass(frozen=True, slots=True)
class HalfSignIn:
    """A sign-in that waits for its second half."""

    id: str
    """The hash of its cookie. Not a secret: it names the row."""
    user: User
    must_enrol: bool
    """Whether they have no factor, and have to get one; else they have to show one."""
    session_id: str | None
    """The session that is to be proved theirs again; `None`: a new one is to start."""
    next: str
    """Where to go afterwards: one of our own pages."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A second half is needed."""

    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finished:
    """The person is signed in."""

    cookie: str = field(repr=False)
    """The session's, and new."""


class Refusal(Enum):
    """Why an answer did not end in a session."""

    WRONG = "wrong"
    GONE = "gone"
    """The row is used, too old, answered wrong too often, or no longer true: begin anew."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where the person is, for the session that starts."""

    address: str
    user_agent: str


def begin(
    center: Center, user: User, *, next_page: str, session_id: str | None = None
) -> Begun | None:
    """Begin the second half for `user`, whose password was right; `None`: none is needed.

    With `session_id` it is to prove that session to be theirs again, which nobody has to enrol for.
    """
    mfa = center.instance.mfa
    if mfa is Mfa.OFF:
        return None
    query = select(users.c.password_hash, has_any(users.c.id).label("has_any"))
    with center.database.reading() as connection:
        row = connection.execute(query.where(users.c.id == user.id)).one_or_none()
    must_enrol = mfa is Mfa.REQUIRED and session_id is None
    if row is None or not (row.has_any or must_enrol):
        return None
    cookie, now = bearer.new(), center.now()
    with center.database.writing() as connection:
        connection.execute(
            insert(half_sign_ins).values(
                hash=bearer.digest(cookie),
                user_id=user.id,
                password_mark=_mark(row.password_hash),
                must_enrol=not row.has_any,
                session_id=session_id,
                next=next_page,
                attempts=0,
                made_at=now,
                expires_at=now + _LIFETIME,
            )
        )
    return Begun(cookie)


def half_of(center: Center, cookie: str | None) -> HalfSignIn | None:
    """Return the half sign-in of a cookie, if it can still be gone on with."""
    if not cookie:
        return None
    with center.database.reading() as connection:
        return _good(connection, center, bearer.digest(cookie), for_update=False)


def answer(
    center: Center,
    half: HalfSignIn,
    kind: Kind,
    fields: Mapping[str, str],
    *,
    origin: str,
    browser: Browser,
) -> Finished | LockedOut | Refusal:
    """Check what the person answers by a way of that `kind`, and sign them in when it is right."""
    counted = (
        lockouts.tries(center, _WHAT, browser.address, half.user.id),
        lockouts.tries_from_anywhere(center, _WHAT, half.user.id, free=_FREE_FROM_ANYWHERE),
    )
    for tries in counted:
        locked = lockouts.count_try(center, tries)
        if locked is not None:
            keep_bounded(center, Event.FACTOR_LOCKED_OUT, person=half.user, seconds=locked.seconds)
            return locked
    if half.must_enrol or not _count_attempt(center, half):
        return Refusal.GONE
    step = Step(half.user, half.id, origin)
    if kind not in WAYS or not WAYS[kind].check(center, step, fields):
        keep_bounded(center, Event.FACTOR_FAILED, person=half.user, kind=kind.value)
        return Refusal.WRONG
    finished = finish(center, half, browser=browser, used=kind)
    if finished is None:
        return Refusal.GONE
    for tries in counted:
        lockouts.forget(center, tries)
    return finished


def finish(
    center: Center,
    half: HalfSignIn,
    *,
    browser: Browser,
    used: Kind | None = None,
    enrol: Callable[[Connection], bool] | None = None,
) -> Finished | None:
    """End the half sign-in in a session, after a factor was `used`; `None`: it is gone.

    `enrol` adds the factor that the person had to get, within the same transaction; it returns
    false where it cannot. Only for a half sign-in that has to enrol, and only while the person has no
    factor: else whoever has the password could add one of theirs beside the person's own.
    """
    with center.database.writing() as connection:
        good = _good(connection, center, half.id, for_update=True)
        if good is None or good.must_enrol is (enrol is None):
            return None
        if not connection.execute(
            delete(half_sign_ins).where(half_sign_ins.c.hash == half.id)
        ).rowcount:
            return None
        if enrol is not None and (_has_any(connection, good.user) or not enrol(connection)):
            return None
        if used is not None:
            audit.keep(
                connection, Event.FACTOR_USED, at=center.now(), person=good.user, kind=used.value
            )
        if good.session_id is not None:
            cookie = sessions.prove_in(connection, center, good.user, good.session_id)
        else:
            cookie = sessions.start_in(
                connection,
                center,
                good.user,
                address=browser.address,
                user_agent=browser.user_agent,
            )
    return None if cookie is None else Finished(cookie)


def _good(
    connection: Connection, center: Center, hashed: str, *, for_update: bool
) -> HalfSignIn | None:
    """Read a half sign-in, and whether all that it rests on still holds."""
    query = (
        select(half_sign_ins, users.c.name, users.c.display_name, users.c.password_hash)
        .join(users, users.c.id == half_sign_ins.c.user_id)
        .where(
            half_sign_ins.c.hash == hashed,
            half_sign_ins.c.expires_at > center.now(),
            users.c.enabled,
        )
    )
    if for_update:
        query = query.with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None or row.password_mark != _mark(row.password_hash):
        return None
    user = User(row.user_id, row.name, row.display_name)
    return HalfSignIn(row.hash, user, row.must_enrol, row.session_id, row.next)


def _count_attempt(center: Center, half: HalfSignIn) -> bool:
    """Count an answer before it is looked at; whether there was one left."""
    table = half_sign_ins
    counting = (
        update(table)
        .where(table.c.hash == half.id, table.c.attempts < _ATTEMPTS)
        .values(attempts=table.c.attempts + 1)
    )
    with center.database.writing() as connection:
        return connection.execute(counting).rowcount > 0


def _has_any(connection: Connection, user: User) -> bool:
    query = select(has_any(users.c.id)).where(users.c.id == user.id)
    return bool(connection.execute(query).scalar_one())


def _mark(password_hash: str | None) -> str:
    """Return what says whether a password is still the same: no password can be learnt from it."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()
