"""What the audit trail keeps of second factors and of a person's own password."""

from sekisho.center.directory import roster
from sekisho.center.events import Event
from sekisho.testing.visitor import Visitor
from tests.unit.center.factors.browsing import MINUTE, at_password, secret_on, show_code, signed_in
from tests.unit.center.factors.enrolling import code_of, enrol_app, wrong_code
from tests.unit.center.scene import ORIGIN, PASSWORD, PERSON, World
from tests.unit.center.trailing import kept, only

PROFILE = f"{ORIGIN}/profile"


def whose(world: World, event: Event) -> str:
    return str(only(world, event)["person_name"])


def add_app(visitor: Visitor, world: World) -> None:
    visitor.open(f"{PROFILE}/authenticator-app")
    visitor.fill(code=code_of(secret_on(visitor), world.center))
    visitor.press("Add the app")


def test_adding_and_removing_a_factor_and_making_codes_are_kept(world: World) -> None:
    visitor = signed_in(world)
    add_app(visitor, world)
    visitor.open(f"{PROFILE}/recovery-codes")
    visitor.press("Make new codes")
    visitor.open(PROFILE)
    visitor.press("Remove Authenticator app")

    for event in (Event.FACTOR_ADDED, Event.FACTOR_REMOVED, Event.CODES_MADE):
        assert whose(world, event) == PERSON
    assert only(world, Event.FACTOR_ADDED)["facts"] == {"kind": "authenticator-app"}


def test_a_right_and_a_wrong_code_are_kept(world: World) -> None:
    secret = enrol_app(world.center, PERSON)
    visitor = at_password(world)
    assert kept(world, Event.SIGNED_IN) == []

    show_code(visitor, wrong_code(secret, world.center))
    show_code(visitor, code_of(secret, world.center))

    for event in (Event.FACTOR_FAILED, Event.FACTOR_USED, Event.SIGNED_IN):
        assert whose(world, event) == PERSON


def test_a_proof_a_changed_password_and_a_reset_are_kept(world: World) -> None:
    visitor = signed_in(world)
    world.clock.advance(16 * MINUTE)
    visitor.open(f"{PROFILE}/password")
    visitor.fill(password=PASSWORD.reveal())
    visitor.press("Continue")
    new = "another, and obviously not a real one"
    visitor.fill(old=PASSWORD.reveal(), password=new, again=new)
    visitor.press("Change the password")
    roster.reset_mfa(world.center.database, PERSON, now=world.center.now())

    for event in (Event.PROVED, Event.PASSWORD_CHANGED, Event.FACTORS_RESET):
        assert whose(world, event) == PERSON
