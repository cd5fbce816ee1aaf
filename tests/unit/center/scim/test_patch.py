"""PATCH of users: by the book, and as Entra ID, Okta, Google and OneLogin write it."""

from typing import Any

import pytest

from tests.unit.center.scim.conftest import CORE, ENTERPRISE, Provider, refused

Operation = dict[str, Any]


def after(provider: Provider, *operations: Operation, **made: Any) -> dict[str, Any]:
    """Nene after some operations."""
    path = f"/Users/{provider.create(**made)['id']}"
    answer = provider.patch(path, *operations)
    assert answer.status == 200, answer.body
    told: dict[str, Any] = answer.json()
    assert provider.get(path) == told
    return told


WAYS: dict[str, tuple[Operation, str, Any]] = {
    "by a path": ({"op": "replace", "path": "title", "value": "Maker"}, "title", "Maker"),
    "by a value": ({"op": "replace", "value": {"title": "Maker"}}, "title", "Maker"),
    "with a capital": ({"op": "Add", "path": "title", "value": "Maker"}, "title", "Maker"),
    "in capitals": ({"op": "REPLACE", "path": "TITLE", "value": "Maker"}, "title", "Maker"),
    "behind a URN": ({"op": "add", "path": f"{CORE}:title", "value": "Maker"}, "title", "Maker"),
    "a false that is text": (
        {"op": "Replace", "path": "active", "value": "False"}, "active", False,
    ),
    "a false in a value": ({"op": "replace", "value": {"active": False}}, "active", False),
    "below a name": (
        {"op": "replace", "path": "name.familyName", "value": "Fuga"},
        "name", {"givenName": "Nene", "familyName": "Fuga"},
    ),
    "a part of a name": (
        {"op": "replace", "path": "name", "value": {"familyName": "Fuga"}},
        "name", {"givenName": "Nene", "familyName": "Fuga"},
    ),
    "a path where a name belongs": (
        {"op": "replace", "value": {"name.familyName": "Fuga"}},
        "name", {"givenName": "Nene", "familyName": "Fuga"},
    ),
    "an address by its type": (
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "n@hoge.com"},
        "emails", [{"value": "n@hoge.com", "type": "work", "primary": True}],
    ),
    "the primary one": (
        {"op": "replace", "path": "emails[primary eq true].value", "value": "n@hoge.com"},
        "emails", [{"value": "n@hoge.com", "type": "work", "primary": True}],
    ),
    "a number that was not there": (
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+81 3"},
        "phoneNumbers", [{"value": "+81 3", "type": "mobile", "primary": True}],
    ),
    "a filtered path where a name belongs": (
        {"op": "Add", "value": {'addresses[type eq "work"].locality': "Hakone"}},
        "addresses", [{"locality": "Hakone", "type": "work", "primary": True}],
    ),
    "a list in the other's place": (
        {"op": "replace", "path": "emails", "value": [{"value": "n@hoge.com", "type": "home"}]},
        "emails", [{"value": "n@hoge.com", "type": "home", "primary": True}],
    ),
    "below a list": (
        {"op": "replace", "path": "emails.value", "value": "n@hoge.com"},
        "emails", [{"value": "n@hoge.com", "type": "work", "primary": True}],
    ),
    "an item by its filter": (
        {"op": "replace", "path": 'emails[type eq "Work"]', "value": {"value": "n@hoge.com"}},
        "emails", [{"value": "n@hoge.com", "type": "work", "primary": True}],
    ),
    "of the enterprise": (
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Tea"},
        ENTERPRISE, {"department": "Tea"},
    ),
    "the enterprise as a whole": (
        {"op": "add", "path": ENTERPRISE, "value": {"department": "Tea"}},
        ENTERPRISE, {"department": "Tea"},
    ),
    "the enterprise in a value": (
        {"op": "replace", "value": {ENTERPRISE: {"department": "Tea"}}},
        ENTERPRISE, {"department": "Tea"},
    ),
    "the enterprise's path where a name belongs": (
        {"op": "add", "value": {f"{ENTERPRISE}:department": "Tea"}},
        ENTERPRISE, {"department": "Tea"},
    ),
    "a manager by id": (
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "26118915"},
        ENTERPRISE, {"manager": {"value": "26118915"}},
    ),
    "a manager in a list": (
        {"op": "add", "path": f"{ENTERPRISE}:manager", "value": [{"$ref": None, "value": "26"}]},
        ENTERPRISE, {"manager": {"value": "26"}},
    ),
    "a manager's value": (
        {"op": "replace", "path": f"{ENTERPRISE}:manager.value", "value": "26"},
        ENTERPRISE, {"manager": {"value": "26"}},
    ),
    "with an id that is said again": (
        {"op": "replace", "value": {"id": "x", "schemas": [CORE], "userName": "n@hoge.com"}},
        "userName", "n@hoge.com",
    ),
    "an external id": (
        {"op": "replace", "path": "externalId", "value": "00u9"}, "externalId", "00u9",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_value_is_put_where_a_provider_says(provider: Provider, way: str) -> None:
    operation, attribute, expected = WAYS[way]

    assert after(provider, operation)[attribute] == expected


REMOVED: dict[str, tuple[str, dict[str, Any]]] = {
    "emails": ("emails", {}),
    'emails[type eq "work"]': ("emails", {}),
    "externalId": ("externalId", {}),
    "title": ("title", {"title": "Maker"}),
    ENTERPRISE: (ENTERPRISE, {ENTERPRISE: {"department": "Tea"}}),
    f"{ENTERPRISE}:department": (ENTERPRISE, {ENTERPRISE: {"department": "Tea"}}),
    "nickName": ("nickName", {}),
}


@pytest.mark.parametrize("path", REMOVED)
def test_what_is_removed_is_gone(provider: Provider, path: str) -> None:
    attribute, made = REMOVED[path]

    assert attribute not in after(provider, {"op": "Remove", "path": path}, **made)


def test_a_value_that_is_null_is_removed(provider: Provider) -> None:
    operation = {"op": "replace", "path": "title", "value": None}

    assert "title" not in after(provider, operation, title="Maker")


def test_below_a_list_one_part_is_removed(provider: Provider) -> None:
    told = after(provider, {"op": "remove", "path": 'emails[type eq "work"].type'})

    assert told["emails"] == [{"value": "nene@hoge.com", "primary": True}]


def test_operations_follow_each_other(provider: Provider) -> None:
    told = after(
        provider,
        {"op": "remove", "path": "emails"},
        {"op": "add", "path": 'emails[type eq "home"].value', "value": "n@hoge.com"},
        {"op": "replace", "value": {"title": "Maker", "name": {"middleName": "N."}}},
        {"op": "add", "path": "title", "value": "Baker"},
    )

    assert told["emails"] == [{"value": "n@hoge.com", "type": "home", "primary": True}]
    assert (told["title"], told["name"]["middleName"]) == ("Baker", "N.")


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ({"op": "remove"}, "noTarget"),
        ({"op": "move", "path": "title"}, "invalidSyntax"),
        ({"path": "title", "value": "x"}, "invalidSyntax"),
        ({"op": "add", "value": "x"}, "invalidSyntax"),
        ({"op": "add", "path": "shoe", "value": "39"}, "invalidPath"),
        ({"op": "add", "path": "name.shoe", "value": "39"}, "invalidPath"),
        ({"op": "add", "path": f"{ENTERPRISE}:shoe", "value": "39"}, "invalidPath"),
        ({"op": "add", "path": 'emails[shoe eq "39"].value', "value": "x"}, "invalidPath"),
        ({"op": "add", "path": 'title[type eq "x"]', "value": "x"}, "invalidPath"),
        ({"op": "add", "path": "emails[", "value": "x"}, "invalidPath"),
        ({"op": "add", "path": 7, "value": "x"}, "invalidPath"),
        ({"op": "add", "path": 'emails[type sw "w"].value', "value": "x"}, "invalidFilter"),
        ({"op": "replace", "path": 'emails[type eq "home"].value', "value": "x"}, "noTarget"),
        ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
        ({"op": "replace", "path": "meta.version", "value": "x"}, "mutability"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "remove", "path": "active"}, "mutability"),
        ({"op": "remove", "path": "name.givenName"}, "mutability"),
        ({"op": "replace", "path": "name", "value": None}, "mutability"),
        ({"op": "replace", "path": "title", "value": ["a", "b"]}, "invalidValue"),
        ({"op": "replace", "path": "active", "value": "no"}, "invalidValue"),
        ({"op": "replace", "path": "userName", "value": "with space"}, "invalidValue"),
        ({"op": "add", "path": "emails", "value": [{"value": "a"}, {"value": "b"}]}, "invalidValue"),
        ({"op": "add", "path": "password", "value": "x"}, "invalidPath"),
        ("replace", "invalidSyntax"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_of_it_is_done(
    provider: Provider, operation: Any, kind: str
) -> None:
    made = provider.create()
    path = f"/Users/{made['id']}"
    answer = provider.patch(path, {"op": "add", "path": "title", "value": "Maker"}, operation)

    assert refused(answer) == (400, kind)
    assert provider.get(path) == made


@pytest.mark.parametrize("operations", [[], "x", None, [{}] * 101])
def test_a_patch_has_some_operations_and_not_too_many(provider: Provider, operations: Any) -> None:
    path = f"/Users/{provider.create()['id']}"

    assert refused(provider.send("PATCH", path, {"Operations": operations})) == (
        400,
        "invalidSyntax",
    )


def test_a_name_that_is_somebody_elses_cannot_be_taken(provider: Provider) -> None:
    provider.create()
    path = f"/Users/{provider.create(userName='mio@hoge.com', externalId='00u2')['id']}"
    operation = {"op": "replace", "path": "userName", "value": "nene@hoge.com"}

    assert refused(provider.patch(path, operation)) == (409, "uniqueness")


def test_somebody_who_lacks_what_providers_say_can_be_changed(provider: Provider) -> None:
    listed = provider.get("/Users", filter='userName eq "fuga@hoge.com"')
    (fuga,) = listed["Resources"]
    answer = provider.patch(
        f"/Users/{fuga['id']}",
        {"op": "replace", "path": "active", "value": False},
        {"op": "add", "path": "externalId", "value": "00u7"},
    )

    assert "name" not in fuga
    assert answer.status == 200
    assert (answer.json()["active"], answer.json()["externalId"]) == (False, "00u7")
