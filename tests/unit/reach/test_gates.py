"""Gates and rooms: what there is to draw."""

from pathlib import Path

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.login.assignments import Assignments
from sekisho.reach.gates import Beyond, Gate, Picture, beyond, only, picture
from sekisho.reach.live import ask_portals
from sekisho.reach.policy import parse_policy
from tests.unit.reach.test_live import DEV, PROD, SECTIONS, SESSION, STG, config, has

SHARED = config(
    SECTIONS.format(name="stg", session="a", account=STG)
    + SECTIONS.format(name="dev", session="a", account=DEV)
    + SECTIONS.format(name="prod", session="b", account=PROD)
    + SESSION.format(name="a", portal="hoge")
    + SESSION.format(name="b", portal="hoge")
    + "[profile chain]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = dev\n"
    + "[profile ci]\ncredential_process = /usr/bin/true\n"
)


def names(found: list[Beyond]) -> list[tuple[str, tuple[str, ...], int]]:
    return [
        (more.environment, tuple(room.profile for room in more.first), more.count) for more in found
    ]


def gate_of(drawn: Picture, session: str) -> Gate:
    return next(g for portal in drawn.portals for g in portal.gates if g.key.value == session)


def test_rooms_stand_behind_the_gate_of_their_token() -> None:
    drawn = picture(SHARED)

    assert [room.profile for room in gate_of(drawn, "a").rooms] == ["stg", "dev", "chain"]
    assert [room.profile for room in gate_of(drawn, "b").rooms] == ["prod"]
    assert [room.profile for room in drawn.without_login] == ["ci"]


def test_environments_come_in_the_order_in_which_changes_go_through_them() -> None:
    (portal,) = picture(SHARED).portals

    assert list(portal.environments) == ["dev", "stg", "prod"]
    assert gate_of(picture(SHARED), "a").environments == ("dev", "stg")


def test_a_role_chain_is_in_the_environment_that_it_begins_in() -> None:
    chain = gate_of(picture(SHARED), "a").rooms[-1]

    assert (chain.environment, chain.through) == ("dev", "dev")


def test_declared_environments_count_more_than_names() -> None:
    policy = parse_policy(b'[environment.prod]\nprofiles = ["dev"]', Path("policy.toml"))

    drawn = picture(SHARED, policy=policy)

    assert gate_of(drawn, "a").rooms[1].environment == "prod"


def test_what_a_token_could_open_is_counted_by_environment() -> None:
    drawn = picture(SHARED)
    (portal,) = drawn.portals

    found = list(beyond(portal, gate_of(drawn, "b"), most=9, names=1))

    assert names(found) == [("dev", ("dev",), 2), ("stg", ("stg",), 1)]


def test_more_environments_than_wanted_are_one_number() -> None:
    drawn = picture(SHARED)
    (portal,) = drawn.portals

    found = list(beyond(portal, gate_of(drawn, "b"), most=1, names=1))

    assert names(found) == [("dev", ("dev",), 2), ("", (), 1)]


def test_where_the_portal_was_asked_only_what_it_named_is_beyond() -> None:
    def ask(profile: SsoProfile) -> Assignments:
        return has((PROD, "Admin"), (STG, "Admin"))

    drawn = picture(SHARED, ask_portals(SHARED, ask))
    (portal,) = drawn.portals

    assert names(list(beyond(portal, gate_of(drawn, "b"), most=9, names=9))) == [
        ("stg", ("stg",), 1)
    ]
    assert gate_of(drawn, "a").closed == ("dev", "chain")
    assert [room.profile for room in gate_of(drawn, "a").rooms] == ["stg"]


def test_of_one_profile_only_its_gate_is_left_with_all_that_its_token_could_open() -> None:
    drawn = only(picture(SHARED), "prod")
    (portal,) = drawn.portals

    assert [gate.key.value for gate in portal.gates] == ["b"]
    assert len(list(beyond(portal, portal.gates[0], most=9, names=9))) == 2
    assert only(picture(SHARED), "ci").without_login[0].profile == "ci"
