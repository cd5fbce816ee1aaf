"""The public checker of SCIM servers, and its client, against a center that serves on loopback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

NOT_AS_ALLOWED = {
    ("check_add_attribute", "Group", "members"): "AWS tells a group with an empty list of members",
    ("check_replace_attribute", "Group", "members"): "AWS refuses to replace all members at once",
    ("check_remove_attribute", "Group", "members"): "AWS refuses to remove all members at once",
    ("check_remove_attribute", "User", "active"): "AWS does not let active be removed",
    (
        "object_replacement",
        "Group",
        "",
    ): "AWS has no PUT of groups: who reads one is told no members",
}
"""Check, kind of resource, and what its complaint names: why AWS's dialect does not allow it."""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "XDG_STATE_HOME": str(tmp_path)}


@pytest.fixture
def endpoint(environ: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The URL of the SCIM endpoint, and a token for it."""
    command = [sys.executable, "-m", "sekisho", "center"]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--limits", "off"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("center ready: ").strip()
        made = subprocess.run(
            [*command, "scim-token", "create", "--url", url],
            env=environ,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
        told = made.stderr.partition("SCIM endpoint: ")[2].splitlines()[0]
        yield told.rstrip("/"), made.stdout.strip()
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def client(endpoint: tuple[str, str]) -> Iterator[SyncSCIMClient]:
    url, token = endpoint
    with Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
        yield SyncSCIMClient(http)


def exception_for(result: Any) -> tuple[str, str, str] | None:
    """The exception that a failed check is; `None`: it should not have failed."""
    for title, kind, named in NOT_AS_ALLOWED:
        if (result.title, result.resource_type) == (title, kind) and named in (result.reason or ""):
            return title, kind, named
    return None


def test_every_check_that_awss_dialect_allows_passes(client: SyncSCIMClient) -> None:
    results = check_server(client)

    failed = [result for result in results if result.status in (Status.ERROR, Status.CRITICAL)]
    assert not [
        (result.title, result.resource_type, result.reason)
        for result in failed
        if exception_for(result) is None
    ]
    assert {exception_for(result) for result in failed} == NOT_AS_ALLOWED.keys()
    assert sum(result.status is Status.SUCCESS for result in results) > 60


def test_a_provider_keeps_a_person_with_the_public_client(client: SyncSCIMClient) -> None:
    client.discover()
    user_model: Any
    group_model: Any
    user_model, group_model = client.get_resource_model("User"), client.get_resource_model("Group")
    nene: Any = client.create(
        user_model(
            user_name="nene@hoge.com",
            display_name="Nene",
            external_id="00u1",
            name={"givenName": "Nene", "familyName": "Hoge"},
        )
    )
    group: Any = client.create(group_model(display_name="makers", members=[{"value": nene.id}]))
    found: Any = client.request("GET", "/Users", params={"filter": 'externalId eq "00u1"'}).json()
    member = {"filter": f'id eq "{group.id}" and members eq "{nene.id}"'}
    was_in = client.request("GET", "/Groups", params=member).json()["totalResults"]
    path = f'members[value eq "{nene.id}"]'
    client.request(
        "PATCH", f"/Groups/{group.id}", json={"Operations": [{"op": "remove", "path": path}]}
    )
    nene.active = False
    replaced: Any = client.replace(nene)
    client.delete(user_model, nene.id)

    assert [each["id"] for each in found["Resources"]] == [nene.id]
    assert (was_in, client.request("GET", "/Groups", params=member).json()["totalResults"]) == (
        1,
        0,
    )
    assert replaced.active is False
    assert client.request("GET", f"/Users/{nene.id}").status_code == 404
