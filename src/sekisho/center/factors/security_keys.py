"""Security keys and passkeys: a key pair of the person's that signs for this center's domain alone.

After a password it is the second factor. A passkey, which asks its holder for a PIN, a fingerprint or
the like, is both factors at once and needs no password (`passkeys`). Source: Web Authentication, Level 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from sekisho.center import audit
from sekisho.center.center import Center
from sekisho.center.directory.people import User
from sekisho.center.events import Event
from sekisho.center.factors import challenges
from sekisho.center.factors.challenges import Ceremony, Purpose
from sekisho.center.factors.interface import Kind, SecondFactor, Step, Way
from sekisho.center.factors.key_answers import Assertion, NewKey, Verified, read_assertion, verified
from sekisho.center.factors.key_options import request_options
from sekisho.center.factors.relying_party import RelyingParty, localhost_instead, relying_party
from sekisho.center.storage import bearer
from sekisho.center.storage.inserting import insert_if_absent
from sekisho.center.storage.tables import security_keys, users
from sekisho.center.storage.times import from_epoch

__all__ = ["SECURITY_KEYS", "Notes", "Refusal", "add", "check", "notes_of", "what_to_ask"]


class Refusal(StrEnum):
    """Why a key's answer was not taken."""

    NOT_GOOD = "not-good"
    """It is no answer to what was asked, here, of this person; more is not said."""
    TOO_LATE = "too-late"
    """The challenge is over, or was used, or was made for something else."""
    KNOWN = "known"
    """The key is enrolled already."""
    WENT_BACK = "went-back"
    """The key's counter went back: there is a copy of it."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What its owner may want to know of a key, beside what every factor has."""

    domain: str
    """The RP ID that it was made for: it works nowhere else."""
    passkey: bool
    """Whether it can be found without a user name."""
    synced: bool
    """Whether its owner's other devices may have it, too."""
    copied_at: datetime | None
    """When its counter went back, as that of a copied key does. Aware, UTC."""


def notes_of(connection: Connection, user_id: str) -> Mapping[str, Notes]:
    """Return what there is to say of each of a person's keys, by its id."""
    rows = connection.execute(select(security_keys).where(security_keys.c.user_id == user_id))
    return {
        row.id: Notes(
            row.domain,
            row.discoverable,
            row.backup_eligible,
            None if row.went_back_at is None else from_epoch(row.went_back_at),
        )
        for row in rows
    }


def what_to_ask(origin: str, options: str) -> Mapping[str, object]:
    """Return what the pages fill in where they ask for a key: the options, or why there are none."""
    return {"key_options": options, "origin": origin, "localhost": localhost_instead(origin)}


def add(
    connection: Connection, user_id: str, party: RelyingParty, name: str, new: NewKey, now: int
) -> Refusal | None:
    """Enrol a key whose challenge was for that; the challenge is used up with this."""
    if not challenges.use_up(connection, new.challenge):
        return Refusal.TOO_LATE
    inserted = insert_if_absent(
        connection,
        security_keys,
        user_id=user_id,
        credential_id=bearer.encoded(new.credential_id),
        public_key=new.public_key,
        sign_count=new.sign_count,
        transports=list(new.transports),
        aaguid=new.aaguid,
        backup_eligible=new.backup_eligible,
        backed_up=new.backed_up,
        discoverable=new.discoverable,
        domain=party.id,
        name=name,
        made_at=now,
    )
    return None if inserted else Refusal.KNOWN


def check(
    center: Center, ceremony: Ceremony, party: RelyingParty, read: Assertion
) -> User | Refusal:
    """Return whose key has answered the `request_options` of `ceremony`.

    1. The challenge is ours, for this ceremony, and not over.
    2. The key is enrolled here, by this person where the ceremony names one, and its owner may sign
       in. A key that is unknown, and whatever else does not hold, get one answer.
    3. The signature is the key's, over our origin and domain (§7.2).
    4. The challenge is used up, and the counter goes forward, each by one conditional statement.
    """
    if not challenges.is_for(center, ceremony, read.challenge):  # 1
        return Refusal.TOO_LATE
    row = _owned(center, ceremony, read)  # 2
    if row is None:
        return Refusal.NOT_GOOD
    found = verified(read, row.public_key, party, person_verified=ceremony.is_both_factors)  # 3
    if found is None or found.backup_eligible != row.backup_eligible:
        return Refusal.NOT_GOOD
    with center.database.writing() as connection:  # 4
        if not challenges.use_up(connection, read.challenge):
            return Refusal.TOO_LATE
        forward = _count_forward(connection, row.id, found, center.now())
        user = User(row.user_id, row.name, row.display_name)
        if not forward:
            _keep(connection, center, Event.FACTOR_COPIED, user)
            return Refusal.WENT_BACK
        if ceremony.is_both_factors:  # else who asked for it says so
            _keep(connection, center, Event.FACTOR_USED, user)
    return user


def _keep(connection: Connection, center: Center, event: Event, user: User) -> None:
    kind = Kind.SECURITY_KEY.value
    audit.keep(connection, event, at=center.now(), person=user, kind=kind)


def _owned(center: Center, ceremony: Ceremony, read: Assertion) -> Row[*tuple[Any, ...]] | None:
    """Return the key and its owner, if they may answer. A passkey says itself whose it is."""
    keys = security_keys
    query = (
        select(
            keys.c.id,
            keys.c.user_id,
            keys.c.public_key,
            keys.c.backup_eligible,
            users.c.name,
            users.c.display_name,
        )
        .join(users, users.c.id == keys.c.user_id)
        .where(keys.c.credential_id == read.credential_id, users.c.enabled)
    )
    with center.database.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    handle = row.user_id.encode()
    if ceremony.is_both_factors:
        return row if read.user_handle == handle else None
    return row if row.user_id == ceremony.user_id and read.user_handle in (None, handle) else None


def _count_forward(connection: Connection, key_id: str, found: Verified, now: int) -> bool:
    """Note a use; `False` for a counter that does not go forward (§6.1.1), which is noted, too.

    Keys that are kept on several devices do not count, and stay at zero.
    """
    keys = security_keys
    forward = keys.c.sign_count < found.sign_count
    if found.sign_count == 0:
        forward = keys.c.sign_count == 0
    used = {"sign_count": found.sign_count, "backed_up": found.backed_up, "last_used_at": now}
    one = update(keys).where(keys.c.id == key_id)
    if connection.execute(one.where(forward).values(**used)).rowcount:
        return True
    connection.execute(one.values(went_back_at=now))
    return False


def _ask(center: Center, step: Step) -> Mapping[str, object]:
    party = relying_party(step.origin)
    options = "" if party is None else request_options(center, _second(step), party)
    return what_to_ask(step.origin, options)


def _check(center: Center, step: Step, fields: Mapping[str, str]) -> bool:
    party, read = relying_party(step.origin), read_assertion(fields.get("credential", ""))
    if party is None or read is None:
        return False
    return not isinstance(check(center, _second(step), party, read), Refusal)


def _second(step: Step) -> Ceremony:
    return Ceremony(Purpose.SECOND, step.bound_to, step.user.id)


SECURITY_KEYS = SecondFactor(Way(Kind.SECURITY_KEY, _ask, _check), security_keys, most=6)
