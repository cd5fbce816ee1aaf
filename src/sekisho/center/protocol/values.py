"""Values of modelled types: checking what came in, spelling what goes out.

Both directions are written once, for every operation: from the model.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import regex
from regex import Pattern

from sekisho.center.protocol.fault import Fault, Rule
from sekisho.center.protocol.model import Kind, Member, Shape

__all__ = ["as_text", "checked", "from_form", "from_json", "from_text", "members_of", "to_json"]


_TWELVE_DIGITS = r"\d{12}"
_ACCOUNT_ID = regex.compile("[0-9]{1,20}")


def from_json(shape: Shape, value: object, label: str, *, fault: str) -> Any:
    """Check that a JSON `value` is of `shape`; return it by modelled names.

    Unknown members of a structure and members that are null are passed over. Raises the `Fault`
    named `fault` for a wrong type, a text that no text can be (a lone surrogate, a NUL), or a
    value outside the model's limits; `label` is the member's name.
    """
    match shape.kind:
        case Kind.STRUCTURE if isinstance(value, dict):
            return {
                name: from_json(member.shape, value[member.wire_name], name, fault=fault)
                for name, member in shape.members.items()
                if value.get(member.wire_name) is not None
            }
        case Kind.LIST if isinstance(value, list) and shape.element is not None:
            return [from_json(shape.element, item, label, fault=fault) for item in value]
        case Kind.STRING if isinstance(value, str):
            return _within(shape, as_text(value, label, fault=fault), label, fault)
        case Kind.INTEGER | Kind.LONG if isinstance(value, int) and not isinstance(value, bool):
            return _within(shape, value, label, fault)
        case Kind.BOOLEAN if isinstance(value, bool):
            return value
    raise Fault(fault, f"{label} has to be a {shape.kind}", at=label)


def checked(shape: Shape, value: object, label: str, *, fault: str) -> Any:
    """Check a JSON `value` by all that the model says; return it by modelled names.

    Beside what `from_json` looks at: required members, unions, patterns, the number of items and
    entries. `label` is the path to the value: `Operations[0].AttributePath`. Raises `Fault`.
    """
    if shape.document:
        return value
    match shape.kind:
        case Kind.STRUCTURE if isinstance(value, dict):
            return _structure(shape, value, label, fault)
        case Kind.LIST if isinstance(value, list) and shape.element is not None:
            items = _within(shape, value, label, fault)
            return [
                checked(shape.element, item, f"{label}[{number}]", fault=fault)
                for number, item in enumerate(items)
            ]
        case Kind.MAP if isinstance(value, dict) and shape.entry is not None:
            _within(shape, value, label, fault)
            return {
                key: checked(shape.entry, each, f"{label}.{key}", fault=fault)
                for key, each in value.items()
            }
        case Kind.STRING if isinstance(value, str):
            if shape.pattern == _TWELVE_DIGITS:
                return _account_id(value, label, fault)
            text = _within(shape, as_text(value, label, fault=fault), label, fault)
            if shape.pattern is not None and not _compiled(shape.pattern).fullmatch(text):
                raise Fault(fault, f"{label} has to match {shape.pattern}", at=label)
            return text
    return from_json(shape, value, label, fault=fault)


def _account_id(value: str, label: str, fault: str) -> str:
    """The directory says which accounts there are; a center may allow other ids than AWS has."""
    if not _ACCOUNT_ID.fullmatch(value):
        raise Fault(fault, f"{label} is no account id", at=label)
    return value


def _structure(shape: Shape, value: Mapping[str, object], label: str, fault: str) -> Any:
    found = {
        name: checked(
            member.shape,
            value[member.wire_name],
            f"{label}.{name}" if label else name,
            fault=fault,
        )
        for name, member in shape.members.items()
        if value.get(member.wire_name) is not None
    }
    missing = [
        name for name, member in shape.members.items() if member.required and name not in found
    ]
    if missing:
        raise Fault(
            fault,
            f"{label or 'The request'} lacks {', '.join(missing)}",
            at=f"{label}.{missing[0]}" if label else missing[0],
            rule=Rule.LACKING,
        )
    if shape.union and len(found) != 1:
        raise Fault(fault, f"{label} has to have one of {', '.join(shape.members)}, and only that")
    return found


@cache
def _compiled(pattern: str) -> Pattern[str]:
    """The model's patterns are Java's, which `re` does not read."""
    return regex.compile(pattern)


def from_text(shape: Shape, value: str, label: str, *, fault: str) -> Any:
    """Read a scalar of a query, a form or a header. Raises as `from_json` does."""
    match shape.kind:
        case Kind.STRING:
            return _within(shape, as_text(value, label, fault=fault), label, fault)
        case Kind.INTEGER | Kind.LONG if value.isascii() and value.isdecimal() and len(value) < 19:
            return _within(shape, int(value), label, fault)
    raise Fault(fault, f"{label} has to be a {shape.kind}")


def from_form(shape: Shape, form: Mapping[str, str], name: str, label: str, *, fault: str) -> Any:
    """Read what a form of the query protocol has under `name`; "" is the operation itself.

    Members are spelt `Tags.member.1.Key`, and `Tags=` alone is an empty list. Unknown fields are
    passed over. Raises as `from_json` does, and for a required member that is not there.
    """
    match shape.kind:
        case Kind.STRUCTURE:
            found = {}
            for each, member in shape.members.items():
                path = f"{name}.{member.wire_name}" if name else member.wire_name
                if _has(form, path):
                    found[each] = from_form(member.shape, form, path, each, fault=fault)
                elif member.required:
                    raise Fault(fault, f"{each} is required")
            return found
        case Kind.LIST if shape.element is not None:
            items: list[Any] = []
            while _has(form, path := f"{name}.member.{len(items) + 1}"):
                items.append(from_form(shape.element, form, path, label, fault=fault))
            return _within(shape, items, label, fault)
    return from_text(shape, form.get(name, ""), label, fault=fault)


def to_json(shape: Shape, value: object) -> object:
    """Spell an output by its names on the wire. A member that the model lacks is our bug."""
    if shape.document:
        return value
    match shape.kind, value:
        case Kind.STRUCTURE, Mapping():
            return {
                member.wire_name: to_json(member.shape, part)
                for member, part in members_of(shape, value)
            }
        case Kind.LIST, list() | tuple() if shape.element is not None:
            return [to_json(shape.element, part) for part in value]
        case (Kind.STRING, str()) | (Kind.INTEGER | Kind.LONG, int()):
            return value
        case Kind.TIMESTAMP, datetime():
            return int(value.timestamp())
        case Kind.MAP, Mapping() if shape.entry is not None:
            return {key: to_json(shape.entry, part) for key, part in value.items()}
        case Kind.BOOLEAN, bool():
            return value
    raise TypeError(f"a modelled {shape.kind} cannot be a {type(value).__name__}")


def members_of(shape: Shape, value: Mapping[str, object]) -> list[tuple[Member, object]]:
    """Pair a structure's members with their values, those that are `None` left out."""
    unknown = value.keys() - shape.members.keys()
    if unknown:
        raise TypeError(f"the model has no {', '.join(sorted(unknown))}")
    return [
        (member, value[name])
        for name, member in shape.members.items()
        if value.get(name) is not None
    ]


def _has(form: Mapping[str, str], path: str) -> bool:
    return path in form or any(field.startswith(f"{path}.") for field in form)


def as_text(value: str, label: str, *, fault: str) -> str:
    """Return a text that can be one: without lone surrogates and NULs. Raises the `Fault`."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Fault(fault, f"{label} is not text", at=label) from None
    if "\0" in value:
        raise Fault(fault, f"{label} is not text", at=label)
    return value


def _within(shape: Shape, value: Any, label: str, fault: str) -> Any:
    size = len(value) if isinstance(value, str | list | dict) else value
    if shape.minimum is not None and size < shape.minimum:
        message = f"{label} is less than {shape.minimum}"
        raise Fault(fault, message, at=label, rule=Rule.LITTLE, limit=shape.minimum)
    if shape.maximum is not None and size > shape.maximum:
        message = f"{label} is more than {shape.maximum}"
        raise Fault(fault, message, at=label, rule=Rule.MUCH, limit=shape.maximum)
    if shape.choices and value not in shape.choices:
        raise Fault(fault, f"{label} has to be one of {', '.join(shape.choices)}", at=label)
    return value
