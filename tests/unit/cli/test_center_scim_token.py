"""`sekisho center scim-token`, as an operator types it."""

import json
import re

import pytest

from tests.unit.cli.conftest import CommandLine


@pytest.fixture(autouse=True)
def _database(sekisho: CommandLine) -> None:
    sekisho("center", "user", "add", "nene", "--generate-password")


def test_the_token_is_all_of_stdout_and_the_endpoint_is_told_with_it(sekisho: CommandLine) -> None:
    run = sekisho("center", "scim-token", "create", "--url", "https://sso.example.com/")

    assert run.status == 0, run.err
    assert re.fullmatch(r"sks_scim_[\w-]{43}\n", run.out)
    assert run.out.strip() not in run.err
    assert re.search(
        r"^SCIM endpoint: https://sso\.example\.com/[0-9a-f-]{36}/scim/v2/$", run.err, re.MULTILINE
    )


def test_tokens_are_listed_and_revoked_by_their_ids(sekisho: CommandLine) -> None:
    none = sekisho("center", "scim-token", "list")
    for expires in ("90d", "12h"):
        sekisho("center", "scim-token", "create", "--expires", expires)
    third = sekisho("center", "scim-token", "create")
    listed = json.loads(sekisho("center", "scim-token", "list", "--json").out)
    second, first = sorted(listed["tokens"], key=lambda token: token["expires"])
    revoked = sekisho("center", "scim-token", "revoke", first["id"])
    table = sekisho("center", "scim-token", "list").out

    assert "There is no token yet" in none.err
    assert (third.status, listed["version"], first["last_used"]) == (2, 1, None)
    assert revoked.status == 0
    assert second["id"] in table
    assert "never" in table
    assert first["id"] not in table
    assert sekisho("center", "scim-token", "revoke", first["id"]).status == 2


@pytest.mark.parametrize("expires", ["0d", "x", "365", "4000d", "-1d"])
def test_a_time_that_is_none_is_refused(sekisho: CommandLine, expires: str) -> None:
    run = sekisho("center", "scim-token", "create", f"--expires={expires}")

    assert (run.status, run.out) == (2, "")
    assert "365d" in run.err
