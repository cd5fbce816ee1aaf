"""What browsers and keys do together at this center, for tests: enrolling, and answering."""

from typing import Any

from sqlalchemy import Row, select

from sekisho.center.directory.people import User
from sekisho.center.factors import challenges
from sekisho.center.factors.challenges import Ceremony, Purpose
from sekisho.center.factors.key_answers import read_assertion, read_new_key
from sekisho.center.factors.key_options import creation_options, request_options
from sekisho.center.factors.relying_party import RelyingParty
from sekisho.center.factors.security_keys import Refusal, add, check
from sekisho.center.storage import tables
from tests.authenticator import Key
from tests.unit.center.scene import World

ORIGIN = "http://localhost:8765"
PARTY = RelyingParty("localhost", ORIGIN)
BROWSER, ANOTHER = "the form of this browser", "another form"


def enrol(
    world: World, user: User, key: Key, *, bound_to: str = BROWSER, **lies: Any
) -> Refusal | None:
    """Enrol `key` as the pages do, whatever the browser and the key lie about."""
    options = creation_options(world.center, user, PARTY, BROWSER)
    answer = key.create(options, ORIGIN, **lies)
    return enrol_by(world, user, answer, bound_to=bound_to)


def enrol_by(world: World, user: User, answer: str, *, bound_to: str = BROWSER) -> Refusal | None:
    new = read_new_key(answer, PARTY)
    if new is None:
        return Refusal.NOT_GOOD
    if not challenges.is_for(
        world.center, Ceremony(Purpose.ENROL, bound_to, user.id), new.challenge
    ):
        return Refusal.TOO_LATE
    with world.center.database.writing() as connection:
        return add(connection, user.id, PARTY, "the blue one", new, world.center.now())


def second(user: User, bound_to: str = BROWSER) -> Ceremony:
    return Ceremony(Purpose.SECOND, bound_to, user.id)


PASSKEY = Ceremony(Purpose.PASSKEY, BROWSER)


def asked(world: World, ceremony: Ceremony) -> str:
    return request_options(world.center, ceremony, PARTY)


def checked(world: World, ceremony: Ceremony, answer: str) -> User | Refusal:
    read = read_assertion(answer)
    return Refusal.NOT_GOOD if read is None else check(world.center, ceremony, PARTY, read)


def used(world: World, ceremony: Ceremony, key: Key, **lies: Any) -> User | Refusal:
    return checked(world, ceremony, key.get(asked(world, ceremony), ORIGIN, **lies))


def row_of(world: World) -> Row[Any]:
    with world.center.database.reading() as connection:
        return connection.execute(select(tables.security_keys)).one()


def rows(world: World) -> int:
    with world.center.database.reading() as connection:
        return len(connection.execute(select(tables.used_challenges)).all())
