"""`sekisho center user` and `sekisho center export`, as an operator types them."""

import json
import re

import pytest
import yaml
from sqlalchemy import insert, select

from sekisho.center.storage.opening import open_database
from sekisho.center.storage.tables import authenticator_apps, users
from tests.unit.cli.conftest import CommandLine


def test_a_generated_password_is_all_of_stdout_and_stands_nowhere_else(
    sekisho: CommandLine,
) -> None:
    run = sekisho("center", "user", "add", "nene", "--generate-password")

    assert run.status == 0, run.err
    assert re.fullmatch(r"([a-z2-9]{5}-){4}[a-z2-9]{5}\n", run.out)
    assert run.out.strip() not in run.err
    found = [path for path in sekisho.home.rglob("*") if path.is_file()]
    assert not [path for path in found if run.out.strip().encode() in path.read_bytes()]


def test_the_list_says_who_can_sign_in(sekisho: CommandLine) -> None:
    for name in ("nene", "sora"):
        sekisho(
            "center", "user", "add", name, "--display-name", name.title(), "--generate-password"
        )
    sekisho("center", "user", "disable", "sora")

    table = sekisho("center", "user", "list")
    answer = json.loads(sekisho("center", "user", "list", "--json").out)

    assert "Nene" in table.out
    assert "no: disabled" in table.out
    assert answer["version"] == 1
    assert [(user["name"], user["enabled"]) for user in answer["users"]] == [
        ("nene", True),
        ("sora", False),
    ]
    assert answer["users"][0].keys() == {
        "name", "display_name", "groups", "enabled", "has_password", "has_second_factor", "created",
        "open_sessions",
    }  # fmt: skip


def test_a_disabled_person_is_let_in_again(sekisho: CommandLine) -> None:
    sekisho("center", "user", "add", "nene", "--generate-password")
    sekisho("center", "user", "disable", "nene")

    assert sekisho("center", "user", "enable", "nene").status == 0
    assert json.loads(sekisho("center", "user", "list", "--json").out)["users"][0]["enabled"]


def _factors(sekisho: CommandLine) -> list[bool]:
    people = json.loads(sekisho("center", "user", "list", "--json").out)["users"]
    return [person["has_second_factor"] for person in people]


def test_a_person_who_lost_their_second_factor_is_freed_of_it(sekisho: CommandLine) -> None:
    for name in ("nene", "sora"):
        sekisho("center", "user", "add", name, "--generate-password")
    (file,) = sekisho.home.rglob("center.sqlite3")
    database = open_database(f"sqlite:///{file}")
    with database.writing() as connection:
        for user_id in connection.execute(select(users.c.id)).scalars().all():
            app = {"name": "phone", "secret": "sealed", "used_step": 0, "made_at": 0}
            connection.execute(insert(authenticator_apps).values(user_id=user_id, **app))
    database.close()
    assert _factors(sekisho) == [True, True]

    run = sekisho("center", "user", "reset-mfa", "nene")

    assert (run.status, run.out) == (0, "")
    assert "nene has no second factor any more." in run.err
    assert _factors(sekisho) == [False, True]
    assert "had no second factor" in sekisho("center", "user", "reset-mfa", "nene").err


def test_an_empty_list_says_how_to_fill_it(sekisho: CommandLine) -> None:
    sekisho("center", "user", "add", "n", "--generate-password")  # refused; the database is there

    run = sekisho("center", "user", "list")

    assert (run.status, run.out) == (0, "")
    assert "sekisho center user add" in run.err


@pytest.mark.parametrize(
    "command",
    [
        ("user", "list"),
        ("user", "passwd", "nene", "--generate-password"),
        ("user", "disable", "nene"),
        ("user", "reset-mfa", "nene"),
        ("user", "enable", "nene"),
        ("export",),
    ],
)
def test_a_database_that_is_not_there_is_not_made(
    sekisho: CommandLine, command: tuple[str, ...]
) -> None:
    run = sekisho("center", *command)

    assert (run.status, run.out) == (2, "")
    assert "center.sqlite3" in run.err
    assert "--database sqlite:///FILE" in run.err
    assert not (sekisho.home / "state").exists()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_nobody_elses(sekisho: CommandLine, url: str) -> None:
    run = sekisho("center", "user", "list", "--database", url)

    assert run.status == 2
    assert "in memory" in run.err


def test_nobody_to_type_a_password_is_told_the_options(sekisho: CommandLine) -> None:
    run = sekisho("center", "user", "add", "nene", "--no-input")

    assert run.status == 2
    assert "--password-stdin or --generate-password" in run.err


def test_two_sources_of_a_password_are_one_too_many(sekisho: CommandLine) -> None:
    run = sekisho("center", "user", "add", "nene", "--generate-password", "--password-stdin")

    assert run.status == 2
    assert "exclude each other" in run.err


def test_a_password_is_never_an_argument(sekisho: CommandLine) -> None:
    run = sekisho("center", "user", "add", "nene", "--password", "a-fake-one-in-argv")

    assert run.status == 2
    assert "a-fake-one-in-argv" not in run.err


def test_an_export_is_a_directory_file_and_stderr_says_what_it_lacks(sekisho: CommandLine) -> None:
    sekisho("center", "user", "add", "nene", "--generate-password")

    plain = sekisho("center", "export")
    whole = sekisho("center", "export", "--with-password-hashes")

    assert yaml.safe_load(plain.out)["users"] == [{"name": "nene", "display_name": "nene"}]
    assert "sekisho center user passwd NAME" in plain.err
    assert yaml.safe_load(whole.out)["users"][0]["password_hash"].startswith("$argon2id$")
    assert whole.err == ""
