"""export → a fresh center → export: the same file."""

import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.center.directory import apply, document, roster
from sekisho.center.directory.export import export
from sekisho.center.directory.instance import Mfa
from sekisho.center.storage.database import Database
from sekisho.center.storage.opening import open_database
from tests.unit.center.scene import CHEAP, DIRECTORY, PERSON, World

HASHER = PasswordHasher(CHEAP.rounds, CHEAP.memory_kib, CHEAP.lanes)
HASH = HASHER.hash("obviously-fake")


def _filled(text: str) -> Database:
    database = open_database("sqlite://")
    directory = document.parse(text.encode(), Path("directory.yaml"))
    with database.writing() as connection:
        apply.apply(directory, connection, hasher=HASHER, now=0)
    return database


def _exported(text: str, *, hashes: bool = True) -> str:
    database = _filled(text)
    try:
        return export(database, with_password_hashes=hashes)
    finally:
        database.close()


def test_it_says_what_the_directory_file_said() -> None:
    written = DIRECTORY.replace("account_ids: any", "account_ids: any, mfa: required")
    found = yaml.safe_load(_exported(written, hashes=False))
    given_ = yaml.safe_load(written)

    assert found["instance"] == given_["instance"]
    assert sorted(found["accounts"], key=str) == sorted(given_["accounts"], key=str)
    assert found["permission_sets"] == given_["permission_sets"]
    assert found["groups"] == given_["groups"]
    assert found["roles"] == given_["roles"]
    opened = {
        (entry.get("user"), entry.get("group"), account, entry["permission_set"])
        for entry in found["assignments"]
        for account in entry["accounts"]
    }
    assert opened == {
        (entry.get("user"), entry.get("group"), account, entry["permission_set"])
        for entry in given_["assignments"]
        for account in entry["accounts"]
    }


@pytest.mark.parametrize("mfa", Mfa)
def test_whether_second_factors_are_asked_for_comes_back_as_it_was(mfa: Mfa) -> None:
    exported = _exported(f"instance: {{mfa: {mfa}}}")

    assert document.parse(exported.encode(), Path("again.yaml")).instance.mfa is mfa


def test_hashes_are_in_it_only_when_asked_for_and_passwords_never() -> None:
    assert "$argon2id$" not in _exported(DIRECTORY, hashes=False)
    assert _exported(DIRECTORY).count("password_hash") == DIRECTORY.count("password:")


def test_who_is_disabled_stays_so_on_another_center(world: World) -> None:
    roster.disable(world.center.database, PERSON, now=0)

    again = _exported(export(world.center.database, with_password_hashes=True))

    disabled = [user["name"] for user in yaml.safe_load(again)["users"] if user.get("disabled")]
    assert disabled == [PERSON]


def test_an_empty_center_exports_its_instance_alone() -> None:
    assert yaml.safe_load(_exported("")).keys() == {"instance"}


NAMES = st.text(string.ascii_letters + string.digits + "_+=,.@-", min_size=2, max_size=20)
SHOWN = st.one_of(
    st.sampled_from(
        ["yes", "null", "1_000", "0o17", "012", "1:30", "2020-01-01", "#x", "- a", "="]
    ),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12),
)


@st.composite
def directories(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a directory in which everything that may refer to something does."""
    numbers = st.lists(st.integers(0, 10**12 - 1), min_size=1, max_size=3, unique=True)
    ids = [f"{number:012}" for number in draw(numbers)]
    labels = draw(st.lists(SHOWN, min_size=len(ids), max_size=len(ids), unique=True))
    sets = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    groups = draw(st.lists(SHOWN, min_size=1, max_size=3, unique=True))
    users = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    member = st.lists(st.sampled_from(groups), unique=True)
    place = st.lists(st.sampled_from(labels), min_size=1, max_size=2, unique=True)
    principal = st.one_of(
        st.fixed_dictionaries({"user": st.sampled_from(users)}),
        st.fixed_dictionaries({"group": st.sampled_from(groups)}),
    )
    return {
        "accounts": [
            {"id": account, "name": label} for account, label in zip(ids, labels, strict=True)
        ],
        "permission_sets": [
            {"name": name, "session_duration": f"{draw(st.integers(900, 43200))}s",
             "managed_policies": draw(st.lists(SHOWN, max_size=2, unique=True))}
            for name in sets
        ],
        "groups": [{"name": name} for name in groups],
        "users": [
            {"name": name, "display_name": draw(SHOWN), "password_hash": HASH,
             "groups": draw(member), "disabled": draw(st.booleans())}
            for name in users
        ],
        "assignments": [
            {**each, "accounts": draw(place), "permission_set": draw(st.sampled_from(sets))}
            for each in draw(st.lists(principal, max_size=3))
        ],
        "roles": [
            {"account": labels[0], "name": "deployer",
             "trusted": [{"account": labels[-1], "permission_set": sets[0], "external_id": "0x1f"},
                         {"account": labels[0], "role": "deployer"}]}
        ],
    }  # fmt: skip


@settings(max_examples=20)  # each makes two databases
@given(directories())
def test_the_export_of_an_export_is_the_same(directory: dict[str, Any]) -> None:
    once = _exported(yaml.safe_dump(directory))

    assert _exported(once) == once
    assert HASH in once
