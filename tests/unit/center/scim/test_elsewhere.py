"""What a provider keeps, seen from elsewhere: identitystore, assignments, the sign-in, other replicas."""

import re
import shlex
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.center.directory import invitations
from sekisho.center.sessions import session_of, start_session
from sekisho.secret import Secret
from sekisho.wire.http import Response
from tests.meta.source import ROOT
from tests.unit.center.administration.conftest import Clients, clients, clock, instance
from tests.unit.center.scene import DEV, VIEW, Build, World
from tests.unit.center.scim.conftest import ENTERPRISE, NENE, Provider, refused

__all__ = ["clients", "clock", "instance"]

PAGE = (ROOT / "docs/center/scim.md").read_text(encoding="utf-8")


def test_a_person_of_a_providers_is_found_assigned_and_signs_in(
    world: World, provider: Provider, clients: Clients, instance: str
) -> None:
    made = provider.create(**{ENTERPRISE: {"department": "Tea"}})
    group = provider.group("makers", made["id"])
    store = clients("identitystore")
    of = {"IdentityStoreId": store.list_identity_stores()["IdentityStores"][0]["IdentityStoreId"]}
    external = {"Issuer": f"scim:{provider.tenant}", "Id": "00u1"}
    found = store.get_user_id(**of, AlternateIdentifier={"ExternalId": external})["UserId"]
    told = store.describe_user(**of, UserId=found, Extensions=["aws:identitystore:enterprise"])
    admin = clients("sso-admin")
    (wanted,) = [
        arn
        for arn in admin.list_permission_sets(InstanceArn=instance)["PermissionSets"]
        if admin.describe_permission_set(InstanceArn=instance, PermissionSetArn=arn)[
            "PermissionSet"
        ]["Name"]
        == VIEW
    ]
    admin.create_account_assignment(
        InstanceArn=instance, TargetId=DEV, TargetType="AWS_ACCOUNT", PermissionSetArn=wanted,
        PrincipalType="GROUP", PrincipalId=group,
    )  # fmt: skip
    center = world.center
    code = invitations.invite(center.database, NENE["userName"], seconds=60, now=center.now())
    user = invitations.take_up(center, code, Secret("obviously-not-a-real-one-either"))
    assert user is not None
    session = session_of(center, start_session(center, user))
    token = world.token_by_device(world.device_client(), session)["accessToken"]
    role = world.portal(f"/federation/credentials?account_id={DEV}&role_name={VIEW}", token)

    assert found == made["id"]
    assert told["Emails"] == [{"Value": "nene@hoge.com", "Type": "work", "Primary": True}]
    assert told["Extensions"] == {"aws:identitystore:enterprise": {"department": "Tea"}}
    assert role.status == 200
    provider.patch(f"/Users/{found}", {"op": "replace", "path": "active", "value": False})
    assert store.describe_user(**of, UserId=found)["UserStatus"] == "DISABLED"
    assert world.portal("/assignment/accounts", token).status == 401


class TestReplicas:
    @pytest.fixture
    def backend(self) -> str:
        return "postgresql"

    def test_one_of_two_who_make_the_same_person_at_once_is_told_so(self, build: Build) -> None:
        replicas = [build(in_memory=False) for _ in range(2)]
        first = Provider(replicas[0])
        ready, answers = threading.Barrier(2), list[Response]()

        def make(world: World) -> None:
            provider = Provider.__new__(Provider)
            provider.__dict__ = {**first.__dict__, "world": world}
            ready.wait()
            answers.append(provider.send("POST", "/Users", NENE))

        threads = [threading.Thread(target=make, args=(world,)) for world in replicas]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(answer.status for answer in answers) == [201, 409]
        assert first.get("/Users", filter='userName eq "nene@hoge.com"')["totalResults"] == 1


# --- the examples of the page ---


def commands() -> Iterator[list[str]]:
    """The page's curl commands, as a shell would split them, variables still in them."""
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE):
        for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            if command.startswith("curl"):
                yield shlex.split(command.replace("'$USER'", "$USER").replace("'$GROUP'", "$GROUP"))


def run(provider: Provider, command: list[str], known: dict[str, str]) -> Any:
    """Do what a curl command says."""
    words = [re.sub(r"\$(\w+)", lambda found: known[found[1]], word) for word in command[1:]]
    method, url, body = "", "", None
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    while words:
        match words.pop(0):
            case "-s":
                pass
            case "-G":
                method = "GET"
            case "-X":
                method = words.pop(0)
            case "-H":
                name, value = words.pop(0).split(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0).encode()
            case "--data-urlencode":
                name, _, value = words.pop(0).partition("=")
                query.append((name, value))
            case word:
                url = word
    assert headers["Authorization"] == f"Bearer {known['TOKEN']}"
    path = url.removeprefix("SCIM") + (f"?{urlencode(query)}" if query else "")
    answer = provider.send(method or "POST", path, body)
    assert answer.status < 300, answer.body
    return answer.json() if answer.body else None


def test_the_examples_of_the_page_do_what_it_says(provider: Provider) -> None:
    known = {"SCIM": "SCIM", "TOKEN": provider.secret.reveal(), "USER": "?", "GROUP": "?"}
    told = []
    for command in commands():
        told.append(run(provider, command, known))
        if len(told) == 1:
            known["USER"] = told[0]["id"]
        if len(told) == 3:
            known["GROUP"] = told[2]["id"]
    made, found, _, nothing, member, disabled = told

    assert found["Resources"] == [made]
    assert nothing is None
    assert member["totalResults"] == 1
    assert disabled["active"] is False


# --- whatever comes ---

WORDS = st.sampled_from(
    ["userName", "name", "emails", "members", "value", "type", "active", "op", "path", "add", "remove",
     "replace", "Operations", "displayName", ENTERPRISE, 'emails[type eq "work"].value', "externalId",
     f"{ENTERPRISE}:manager", "primary", "True", "id", "name.givenName", "manager", "\0", "\ud800"]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=10,
)
OPERATION = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "Replace", "remove"])},
    optional={"path": WORDS, "value": ANYTHING},
)


class TestAnything:
    @pytest.fixture
    def backend(self) -> str:
        return "sqlite"

    @pytest.fixture
    def provider(self, build: Build) -> Provider:
        return Provider(build(limits=False))

    @given(data=st.data())
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_whatever_comes_is_answered_and_not_with_a_fault_of_ours(
        self, provider: Provider, data: st.DataObject
    ) -> None:
        listed = provider.get("/Users", count=1)["Resources"][0]["id"]
        path = data.draw(st.sampled_from(["/Users", f"/Users/{listed}", "/Groups", "/Groups/x"]))
        method = data.draw(st.sampled_from(["POST", "PUT", "PATCH", "GET"]))
        changed = st.dictionaries(WORDS, ANYTHING, max_size=3).map(lambda more: {**NENE, **more})
        patch = st.lists(OPERATION, max_size=3).map(lambda found: {"Operations": found})
        body = data.draw(ANYTHING | changed | patch)
        query = data.draw(st.dictionaries(
            st.sampled_from(["filter", "count", "startIndex", "cursor", "attributes"]),
            WORDS | st.text(max_size=8), max_size=2,
        ))  # fmt: skip
        answer = provider.send(method, f"{path}?{urlencode(query, errors='replace')}", body)

        assert answer.status < 500
        assert answer.status < 300 or refused(answer)
