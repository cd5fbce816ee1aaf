"""No operation's cost grows with the number of people: SQLite's own steps, counted.

SQLite runs a statement as a program of small steps: a scan takes some for each row, a search in an
index as many however long that is. So they tell on any machine what a clock tells on a quiet one.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from sekisho.center.directory import invitations, people, roster
from sekisho.center.storage.sweep import sweep
from sekisho.center.storage.tables import users
from sekisho.secret import Secret
from sekisho.testing.clock import FakeClock
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from tests.crowd import ISSUER, add_crowd, name_of
from tests.unit.center.administration.conftest import botocore_client
from tests.unit.center.applications.scene import Gatehouse, Provider
from tests.unit.center.scene import (
    DEV,
    ORIGIN,
    PASSWORD,
    PERSON,
    PLAIN,
    STG,
    VIEW,
    Build,
    World,
    query_of,
)

FEW, MANY = 300, 1_500
ROOM = 60
"""Steps that may come and go: what a page of a list has on it, and how a tree is balanced."""
DAY = 24 * 3600

Acts = dict[str, Callable[[], object]]


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def clock() -> FakeClock:
    """Stands still at the present, which botocore signs with."""
    return FakeClock(datetime.now(UTC))


class Steps:
    """Counts what SQLite does while something is done."""

    def __init__(self, world: World) -> None:
        self._found: Counter[str] = Counter()
        self._statement = ""
        self.statements = 0
        engine = world.center.database.engine
        event.listen(engine, "before_cursor_execute", self._note)
        with engine.connect() as connection:  # the only one: the database is in memory
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(self._step, 1)

    def of(self, act: Callable[[], object]) -> Counter[str]:
        """Steps by statement."""
        self._found.clear()
        act()
        return self._found.copy()

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.statements += 1
        self._statement = " ".join(statement.split())

    def _step(self) -> None:
        self._found[self._statement] += 1


def crowded(build: Build, size: int, **more: Any) -> World:
    world = build(folder=str(size), **more)
    with world.center.database.writing() as connection:
        add_crowd(
            connection,
            range(size),
            now=world.center.now(),
            password_hash=world.center.hasher.hash("nobody's"),
            account_id=STG,
            permission_set=VIEW,
        )
    world.send("GET", "/healthz")  # the first request of a minute sweeps
    return world


def growing(build: Build, acts_in: Callable[[World], Acts], **more: Any) -> dict[str, list[str]]:
    """What takes more steps among many people than among few, and which statements do."""
    counts = []
    for size in (FEW, MANY):
        world = crowded(build, size, **more)
        acts, steps = acts_in(world), Steps(world)
        counts.append({name: steps.of(act) for name, act in acts.items()})
    few, many = counts
    return {
        name: slower
        for name in few
        if (slower := [each for each in many[name] if many[name][each] > few[name][each] + ROOM])
    }


def test_signing_in_and_using_tokens(build: Build) -> None:
    assert growing(build, tools) == {}


def tools(world: World) -> Acts:
    client, pkce = world.device_client(), world.pkce_client()
    token = world.token_by_device(client)
    access = token["accessToken"]
    role = f"account_id={DEV}&role_name={VIEW}"
    code = world.code_for(pkce)

    def by_code() -> None:
        started = world.start_device(client)
        visitor = Visitor(world.http)
        sign_in_through_pages(visitor, started["verificationUriComplete"], PERSON, PASSWORD)
        assert world.poll(client, started["deviceCode"]).status == 200

    return {
        "by code": by_code,
        "authorize": lambda: world.authorize(pkce),
        "redeem": lambda: world.redeem(pkce, code),
        "redeem it again": lambda: world.redeem(pkce, code),
        "refresh": lambda: world.refresh(client, token["refreshToken"]),
        "a wrong name": lambda: people.authenticate(world.center, "nobody", PASSWORD),
        "a wrong password": lambda: people.authenticate(world.center, PERSON, Secret("wrong")),
        "accounts": lambda: world.portal("/assignment/accounts", access),
        "roles": lambda: world.portal(f"/assignment/roles?account_id={DEV}", access),
        "credentials": lambda: world.portal(f"/federation/credentials?{role}", access),
        "log out": lambda: world.portal("/logout", access, "POST"),
    }


def test_the_pages(build: Build) -> None:
    assert growing(build, pages) == {}


def pages(world: World) -> Acts:
    visitor = Visitor(world.http)
    visitor.open(f"{ORIGIN}/signin")
    visitor.fill(username=PERSON, password=PASSWORD.reveal())
    visitor.press("Sign in")
    waiting = world.start_device(world.device_client())["userCode"]
    handle = query_of(world.authorize(world.pkce_client()).headers["Location"])["handle"]
    paths = {
        "/start": "/start",
        "/sessions": "/sessions",
        "/device": f"/device?user_code={waiting}",
        "/consent": f"/consent?handle={handle}",
        "/console": f"/console?account_id={DEV}&role_name={VIEW}",
    }
    return {
        **{path: partial(visitor.open, f"{ORIGIN}{url}") for path, url in paths.items()},
        "sign out": lambda: visitor.press("Sign out"),
    }


def test_the_operators_commands(build: Build) -> None:
    assert growing(build, commands) == {}


def commands(world: World) -> Acts:
    center = world.center
    database, now = center.database, center.now()

    def set_password() -> None:
        roster.set_password(
            database, name_of(7), PASSWORD, keep_sessions=False, hasher=center.hasher, now=now
        )

    return {
        "passwd": set_password,
        "disable": lambda: roster.disable(database, name_of(8), now=now),
        "enable": lambda: roster.enable(database, name_of(8), now=now),
        "invite": lambda: invitations.invite(database, name_of(9), seconds=DAY, now=now),
    }


def test_the_identity_store(build: Build) -> None:
    assert growing(build, identities) == {}


def identities(world: World) -> Acts:
    client, store = botocore_client(world, "identitystore"), world.center.instance.identity_store_id
    of_store = {"IdentityStoreId": store}

    def by(attribute: str, value: str) -> Any:
        return {"UniqueAttribute": {"AttributePath": attribute, "AttributeValue": value}}

    def id_of(number: int) -> str:
        wanted = by("userName", name_of(number))
        return str(client.get_user_id(**of_store, AlternateIdentifier=wanted)["UserId"])

    someone, other, last = id_of(3), id_of(60), id_of(61)
    group = client.get_group_id(
        **of_store, AlternateIdentifier=by("displayName", "crowd-0")
    )["GroupId"]  # fmt: skip
    membership = client.get_group_membership_id(
        **of_store, GroupId=group, MemberId={"UserId": someone}
    )["MembershipId"]
    external = {"ExternalId": {"Issuer": ISSUER, "Id": "5"}}
    operations = [{"AttributePath": "title", "AttributeValue": "gatekeeper"}]
    calls: dict[str, dict[str, Any]] = {
        "create_user": {"UserName": "new@example.com", "DisplayName": "New"},
        "describe_user": {"UserId": someone},
        "update_user": {"UserId": someone, "Operations": operations},
        "list_users": {"MaxResults": 50},
        "get_user_id": {"AlternateIdentifier": by("userName", name_of(5))},
        "create_group": {"DisplayName": "new"},
        "describe_group": {"GroupId": group},
        "list_groups": {"MaxResults": 5},
        "get_group_id": {"AlternateIdentifier": by("displayName", "crowd-1")},
        "create_group_membership": {"GroupId": group, "MemberId": {"UserId": other}},
        "describe_group_membership": {"MembershipId": membership},
        "get_group_membership_id": {"GroupId": group, "MemberId": {"UserId": other}},
        "is_member_in_groups": {"GroupIds": [group], "MemberId": {"UserId": someone}},
        "list_group_memberships": {"GroupId": group},
        "list_group_memberships_for_member": {"MemberId": {"UserId": someone}},
        "delete_group_membership": {"MembershipId": membership},
        "delete_user": {"UserId": last},
        "delete_group": {"GroupId": group},
    }
    acts: Acts = {
        name: partial(getattr(client, name), **of_store, **more) for name, more in calls.items()
    }
    acts["by external id"] = lambda: client.get_user_id(**of_store, AlternateIdentifier=external)

    def by_unknown_email() -> None:
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.get_user_id(**of_store, AlternateIdentifier=by("emails.value", "nobody's"))

    return {**acts, "by an e-mail that nobody has": by_unknown_email}


@pytest.mark.parametrize("listing", ["list_users", "list_groups"])
def test_a_page_takes_as_many_statements_however_long_it_is(build: Build, listing: str) -> None:
    world = crowded(build, FEW)
    client, store = botocore_client(world, "identitystore"), world.center.instance.identity_store_id
    steps = Steps(world)
    counts = []
    for size in (1, 6):
        before = steps.statements
        getattr(client, listing)(IdentityStoreId=store, MaxResults=size)
        counts.append(steps.statements - before)

    assert counts[0] == counts[1]


def test_assignments(build: Build) -> None:
    assert growing(build, assigning) == {}


def assigning(world: World) -> Acts:
    client = botocore_client(world, "sso-admin")
    of_instance = {"InstanceArn": client.list_instances()["Instances"][0]["InstanceArn"]}
    arns = client.list_permission_sets(**of_instance)["PermissionSets"]
    by_name = {
        client.describe_permission_set(**of_instance, PermissionSetArn=arn)["PermissionSet"][
            "Name"
        ]: arn
        for arn in arns
    }
    with world.center.database.reading() as connection:
        query = users.select().where(users.c.name == name_of(3))
        user = connection.execute(query).one().id
    view = {"PermissionSetArn": by_name[VIEW]}
    principal = {"PrincipalType": "USER", "PrincipalId": user}
    target = {"TargetType": "AWS_ACCOUNT", "TargetId": PLAIN, **view, **principal}
    calls: dict[str, dict[str, Any]] = {
        "create_account_assignment": target,
        "list_account_assignments": {"AccountId": STG, "MaxResults": 5, **view},
        "list_account_assignments_for_principal": principal,
        "list_accounts_for_provisioned_permission_set": view,
        "list_permission_sets_provisioned_to_account": {"AccountId": STG},
        "describe_permission_set": view,
        "update_permission_set": {"Description": "changed", **view},
        "provision_permission_set": {"TargetType": "ALL_PROVISIONED_ACCOUNTS", **view},
        "delete_account_assignment": target,
    }
    return {
        name: partial(getattr(client, name), **of_instance, **more) for name, more in calls.items()
    }


@pytest.mark.parametrize(
    "attribute, named",
    [("userName", name_of(7)), ("emails.value", name_of(7)), ("externalId", "7")],
)
def test_tokens_for_applications(
    build: Build, tmp_path: Path, clock: FakeClock, attribute: str, named: str
) -> None:
    provider = Provider(tmp_path / "idp-keys.json", clock)
    provider.publish()

    def acts(world: World) -> Acts:
        admin, oidc = (botocore_client(world, name) for name in ("sso-admin", "sso-oidc"))
        gatehouse = Gatehouse(world, admin, oidc).trust("sub", attribute)
        return {"ask": partial(gatehouse.ask, assertion=provider.assertion(sub=named))}

    assert growing(build, acts, token_issuer_keys={ISSUER: provider.file}) == {}


def test_sweeping_what_is_not_over(build: Build) -> None:
    assert growing(build, lambda world: {"sweep": partial(swept, world, 0)}) == {}


def test_sweeping_a_bounded_number_of_rows(build: Build) -> None:
    def acts(world: World) -> Acts:
        return {"sweep": partial(swept, world, 2 * DAY)}

    assert growing(build, acts) == {}


def swept(world: World, later: int) -> None:
    sweep(world.center.database, world.center.now() + later, audit_days=400, at_once=10)
