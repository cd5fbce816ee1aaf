from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Table, func, select

from sekisho.center.directory import apply, document
from sekisho.center.directory.instance import DEFAULT_START_URL, Mfa, load_instance
from sekisho.center.storage import tables
from sekisho.center.storage.database import Database
from sekisho.center.storage.opening import open_database
from tests.unit.center.scene import CHEAP, DIRECTORY, START_URL

HASHER = PasswordHasher(CHEAP.rounds, CHEAP.memory_kib, CHEAP.lanes)
USER = "users: [{name: me@example.com, display_name: Me, password: first-fake-one}]"


@pytest.fixture
def database() -> Iterator[Database]:
    database = open_database("sqlite://")
    yield database
    database.close()


def _apply(database: Database, text: str) -> document.Directory:
    directory = document.parse(text.encode(), Path("directory.yaml"))
    with database.writing() as connection:
        apply.apply(directory, connection, hasher=HASHER, now=0)
    return directory


def _count(database: Database, table: Table) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar() or 0


def _counts(database: Database) -> list[int]:
    return [_count(database, table) for table in tables.METADATA.sorted_tables]


def test_applying_a_file_again_changes_nothing(database: Database) -> None:
    _apply(database, DIRECTORY)
    once = _counts(database)
    _apply(database, DIRECTORY)

    assert _counts(database) == once


def test_a_file_brings_what_it_names_up_to_date(database: Database) -> None:
    _apply(database, 'accounts: [{id: "111122223333", name: dev}]\n' + USER)
    _apply(database, 'accounts: [{id: "111122223333", name: dev, email: d@e.f}]\n'
           "users: [{name: me@example.com, display_name: Myself}]")  # fmt: skip

    with database.reading() as connection:
        assert connection.execute(select(tables.accounts.c.email)).scalar() == "d@e.f"
        assert connection.execute(select(tables.users.c.display_name)).scalar() == "Myself"


def test_what_a_file_no_longer_names_stays(database: Database) -> None:
    _apply(database, DIRECTORY)
    before = _count(database, tables.assignments)
    _apply(database, "")

    assert _count(database, tables.assignments) == before


def test_whether_second_factors_are_asked_for_stays_until_a_file_says_otherwise(
    database: Database,
) -> None:
    found = []
    for text in ("", "instance: {mfa: off}", "", "instance: {mfa: 'required'}"):
        _apply(database, text)
        with database.reading() as connection:
            found.append(load_instance(connection).mfa)

    assert found == [Mfa.OPTIONAL, Mfa.OFF, Mfa.OFF, Mfa.REQUIRED]


def test_a_password_is_set_only_for_a_new_user(database: Database) -> None:
    _apply(database, USER)
    _apply(database, USER.replace("first", "second"))

    with database.reading() as connection:
        hashed = connection.execute(select(tables.users.c.password_hash)).scalar_one()
    assert HASHER.verify(hashed, "first-fake-one")


def test_a_hash_is_taken_as_it_is(database: Database) -> None:
    hashed = HASHER.hash("a-fake-one")
    _apply(database, f"users: [{{name: me@example.com, password_hash: '{hashed}'}}]")

    with database.reading() as connection:
        assert connection.execute(select(tables.users.c.password_hash)).scalar() == hashed


def test_the_trust_list_of_a_role_is_what_the_file_says_last(database: Database) -> None:
    text = (
        'accounts: [{id: "111122223333", name: dev}]\npermission_sets: [{name: A}, {name: B}]\n'
        "roles: [{account: dev, name: r, trusted: [{account: dev, permission_set: A}]}]"
    )
    _apply(database, text)
    _apply(database, text.replace("permission_set: A", "permission_set: B, external_id: x-1"))

    with database.reading() as connection:
        trust = connection.execute(select(tables.role_trusts)).one()
    assert tuple(trust) == ("111122223333", "r", "111122223333", "permission_set", "B", "x-1")


def test_the_instance_keeps_its_id_and_takes_the_files_urls(database: Database) -> None:
    with database.writing() as connection:
        before = load_instance(connection)
    _apply(database, DIRECTORY)
    with database.writing() as connection:
        after = load_instance(connection)

    assert before.start_urls == (DEFAULT_START_URL,)
    assert after.start_urls == (START_URL,)
    assert after.id == before.id


def test_plain_passwords_are_warned_about_by_line_and_not_shown(database: Database) -> None:
    notices = apply.notices(_apply(database, f"groups: []\n{USER}"))

    assert len(notices) == 1
    assert notices[0].startswith("directory.yaml:2: the password of me@example.com")
    assert "fake" not in notices[0]


def test_a_start_url_that_may_be_a_real_organisations_is_warned_of(database: Database) -> None:
    text = 'instance: {start_urls: ["https://d-1234567890.awsapps.com/start"]}'

    (notice,) = apply.notices(_apply(database, text))

    assert "https://d-1234567890.awsapps.com/start may be a real organisation's" in notice
    assert DEFAULT_START_URL in notice


def test_the_groups_that_administer_are_those_of_the_file_and_no_others(
    database: Database,
) -> None:
    _apply(database, "groups: [{name: platform}, {name: security}]\nadministrators: [platform]")
    _apply(database, "groups: [{name: platform}, {name: security}]\nadministrators: [security]")
    _apply(database, "groups: [{name: platform}]")  # says nothing of it

    with database.reading() as connection:
        query = select(tables.groups.c.name).where(tables.groups.c.administers)
        assert connection.execute(query).scalars().all() == ["security"]
