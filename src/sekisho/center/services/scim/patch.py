"""PATCH (RFC 7644 §3.5.2): what a resource is like after some operations.

As strict as what comes out of it, and lenient about how it is said: providers write `Add` and
`"False"`, put paths where names of attributes belong, and leave out what a value has one of.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sekisho.center.services.scim.faults import invalid, mutability
from sekisho.center.services.scim.paths import Path, parse_path
from sekisho.center.services.scim.schemas import (
    ENTERPRISE,
    Attribute,
    Kind,
    Schema,
    read,
    read_value,
)

__all__ = ["Change", "Op", "changes_of", "patched"]

_MOST = 100
"""Operations in one request."""
_SKIPPED = frozenset({"id", "meta", "schemas", "groups"})
"""What providers say again in a value; it changes nothing."""


class Op(StrEnum):
    """What an operation does."""

    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Change:
    """One operation, at one path."""

    op: Op
    path: Path
    value: object
    """As it was sent; `None`: none was."""


def changes_of(body: Mapping[str, Any], schema: Schema, *extensions: Schema) -> list[Change]:
    """Read a PATCH on a resource of that `schema`. Raises `Fault`."""
    by_name = {name.lower(): value for name, value in body.items()}
    operations = by_name.get("operations")
    if not isinstance(operations, list) or not 1 <= len(operations) <= _MOST:
        raise invalid(f"Operations has to be a list of 1 to {_MOST}", "invalidSyntax")
    return [
        change for operation in operations for change in _changes(operation, schema, extensions)
    ]


def patched(before: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """Return the attributes of a person after `changes`. Raises `Fault`."""
    after = deepcopy(dict(before))
    for change in changes:
        place = after
        if change.path.extension is not None:
            place = after.setdefault(change.path.extension.id, {})
        if change.path.attribute is None:
            _whole(place, change)
        elif change.op is Op.REMOVE:
            _remove(place, change.path, change.path.attribute)
        else:
            _put(place, change, change.path.attribute)
    return {name: value for name, value in after.items() if value not in ({}, [])}


def _changes(operation: object, schema: Schema, extensions: tuple[Schema, ...]) -> list[Change]:
    if not isinstance(operation, Mapping):
        raise invalid("An operation has to be an object", "invalidSyntax")
    by_name = {str(name).lower(): value for name, value in operation.items()}
    try:
        op = Op(str(by_name.get("op")).lower())
    except ValueError:
        raise invalid("op has to be add, replace or remove", "invalidSyntax") from None
    path, value = by_name.get("path"), by_name.get("value")
    if path not in (None, ""):
        return [Change(op, parse_path(path, schema, *extensions), value)]
    if op is Op.REMOVE:
        raise invalid("remove needs a path", "noTarget")
    if not isinstance(value, Mapping) or not value:
        raise invalid(f"{op} needs a path, or an object as its value", "invalidSyntax")
    return [
        Change(op, parse_path(name, schema, *extensions), each)
        for name, each in value.items()
        if name.lower() not in _SKIPPED
    ]


def _whole(place: dict[str, Any], change: Change) -> None:
    """An extension as a whole: what is said of it joins what is there."""
    if change.op is Op.REMOVE:
        place.clear()
    else:
        place.update(read(ENTERPRISE.attributes, change.value, change.path.text))


def _remove(place: dict[str, Any], path: Path, attribute: Attribute) -> None:
    needed = path.below or attribute
    if needed.required or needed.name == "active":
        raise mutability(f"{needed.name} cannot be removed")
    items = place.get(attribute.name)
    if items is None:
        return
    if path.below is None and not path.where:
        del place[attribute.name]
    elif attribute.many:
        for item in [each for each in items if _matches(each, path)]:
            if path.below is None:
                items.remove(item)
            else:
                item.pop(path.below.name, None)
    elif path.below is not None:
        items.pop(path.below.name, None)


def _put(place: dict[str, Any], change: Change, attribute: Attribute) -> None:
    path, below = change.path, change.path.below
    value = read_value(below or attribute, change.value, path.text)
    if value is None:  # RFC 7644 §3.5.2.3 has no word for it; RFC 7643 §2.5: null is absent
        _remove(place, path, attribute)
    elif attribute.many:
        _put_into_list(place, path, attribute, value)
    elif below is not None:
        place.setdefault(attribute.name, {})[below.name] = value
    elif attribute.kind is Kind.COMPLEX:  # what is not mentioned stays (§3.5.2.3)
        place.setdefault(attribute.name, {}).update(value)
    else:
        place[attribute.name] = value


def _put_into_list(place: dict[str, Any], path: Path, attribute: Attribute, value: Any) -> None:
    """The list has one value at most, so one that is added takes the other's place."""
    if path.below is None and not path.where:
        place[attribute.name] = value
        return
    if path.below is None and len(value) > 1:
        raise invalid(f"{attribute.name} has room for one value")
    items = place.setdefault(attribute.name, [])
    matching = [item for item in items if _matches(item, path)]
    if not matching:
        if items:
            raise invalid(f"{attribute.name} has no such value, and has room for one", "noTarget")
        matching = [{"primary": True} | {_name(attribute, at.path): at.value for at in path.where}]
        items.extend(matching)
    for item in matching:
        item.update({path.below.name: value} if path.below is not None else value[0])


def _matches(item: Mapping[str, Any], path: Path) -> bool:
    by_name = {name.lower(): _folded(value) for name, value in item.items()}
    return all(by_name.get(at.path) == _folded(at.value) for at in path.where)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _name(attribute: Attribute, path: str) -> str:
    found = attribute.sub(path)
    return path if found is None else found.name
