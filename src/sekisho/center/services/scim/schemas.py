"""The attributes of users and groups: what is told of them, read, and kept.

One table serves three ends: `/Schemas` tells it, requests are read by it, and paths are looked up in
it. Source: RFC 7643 §4, §8.7; what of it AWS has, in the SCIM developer guide, "Limitations".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sekisho.center.protocol.values import as_text
from sekisho.center.services.scim.faults import INVALID, invalid

__all__ = [
    "ENTERPRISE",
    "EXTERNAL_ID",
    "GROUP",
    "USER",
    "Attribute",
    "Kind",
    "Schema",
    "as_shown",
    "read",
    "read_value",
]

_IGNORED = frozenset({"schemas", "id", "meta", "groups", "display", "displayname", "$ref"})
"""Lower-case. What is ours to say, or says again what `value` says; a client's word for it is passed
over (RFC 7644 §3.3), unless an attribute of that name is there."""


class Kind(StrEnum):
    """The types of attributes that we have (RFC 7643 §2.3)."""

    TEXT = "string"
    FLAG = "boolean"
    COMPLEX = "complex"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute, as RFC 7643 §7 describes one."""

    name: str
    kind: Kind = Kind.TEXT
    many: bool = False
    """A list; of a user's lists one value is kept, as at AWS."""
    required: bool = False
    below: tuple["Attribute", ...] = ()
    mutability: str = "readWrite"
    unique: bool = False
    case_exact: bool = False
    to: tuple[str, ...] = ()
    """What a reference leads to."""
    choices: tuple[str, ...] = ()
    """The values that there are; none: any."""

    def sub(self, name: str) -> "Attribute | None":
        """Return the attribute below of that name, whatever its case."""
        return _named(self.below, name)


@dataclass(frozen=True, slots=True)
class Schema:
    """The attributes of one kind of thing, under the URN that names them."""

    id: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]

    def attribute(self, name: str) -> Attribute | None:
        """Return the attribute of that name, whatever its case (RFC 7643 §2.1)."""
        return _named(self.attributes, name)


def _texts(*names: str) -> tuple[Attribute, ...]:
    return tuple(map(Attribute, names))


_TYPE_AND_PRIMARY = (Attribute("type"), Attribute("primary", Kind.FLAG))
_VALUE_TYPE_AND_PRIMARY = (Attribute("value"), *_TYPE_AND_PRIMARY)
_ADDRESS = _texts("formatted", "streetAddress", "locality", "region", "postalCode", "country")
_NAME = (
    Attribute("familyName", required=True),
    Attribute("givenName", required=True),
    *_texts("formatted", "middleName", "honorificPrefix", "honorificSuffix"),
)

USER = Schema(
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "User",
    "A person",
    (
        Attribute("userName", required=True, unique=True, case_exact=True),
        Attribute("name", Kind.COMPLEX, required=True, below=_NAME),
        Attribute("displayName", required=True),
        *_texts("nickName"),
        Attribute("profileUrl", Kind.REFERENCE, to=("external",)),
        *_texts("title", "userType", "preferredLanguage", "locale", "timezone"),
        Attribute("active", Kind.FLAG),
        Attribute("emails", Kind.COMPLEX, many=True, below=_VALUE_TYPE_AND_PRIMARY),
        Attribute("phoneNumbers", Kind.COMPLEX, many=True, below=_VALUE_TYPE_AND_PRIMARY),
        Attribute("addresses", Kind.COMPLEX, many=True, below=(*_ADDRESS, *_TYPE_AND_PRIMARY)),
        Attribute("roles", Kind.COMPLEX, many=True, below=_VALUE_TYPE_AND_PRIMARY),
    ),
)
ENTERPRISE = Schema(
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "EnterpriseUser",
    "What an enterprise knows of a person",
    (
        *_texts("employeeNumber", "costCenter", "organization", "division", "department"),
        Attribute("manager", Kind.COMPLEX, below=_texts("value")),
    ),
)
GROUP = Schema(
    "urn:ietf:params:scim:schemas:core:2.0:Group",
    "Group",
    "A group of people",
    (
        Attribute("displayName", required=True, unique=True, case_exact=True),
        Attribute(
            "members",
            Kind.COMPLEX,
            many=True,
            below=(
                Attribute("value", mutability="immutable"),
                Attribute("$ref", Kind.REFERENCE, mutability="immutable", to=("User",)),
                Attribute("type", mutability="immutable", choices=("User",)),
            ),
        ),
    ),
)
EXTERNAL_ID = Attribute("externalId", case_exact=True)
"""Which every resource has beside its schema's (RFC 7643 §3.1)."""


def read(attributes: tuple[Attribute, ...], value: object, where: str = "") -> dict[str, Any]:
    """Read a JSON object by `attributes`, and return it by their own names.

    Names compare without regard to case. What is null, "" or empty counts as absent. `where` is the
    path to the object. Raises `Fault` for what is not an attribute, is there twice, or has another type.
    """
    if not isinstance(value, Mapping):
        raise invalid(f"{where or 'The body'} has to be an object", "invalidSyntax")
    found: dict[str, Any] = {}
    for name, each in value.items():
        attribute = _named(attributes, name)
        if attribute is None and name.lower() in _IGNORED:
            continue
        path = f"{where}.{name}" if where else name
        if attribute is None:
            raise invalid(f"There is no attribute {as_shown(path)} here", "invalidSyntax")
        if attribute.name in found:
            raise invalid(f"{path} is there twice", "invalidSyntax")
        kept = read_value(attribute, each, path)
        if kept is not None:
            found[attribute.name] = kept
    return found


def read_value(attribute: Attribute, value: object, where: str) -> Any:
    """Read the value of one attribute; `None` for one that is absent. Raises `Fault`."""
    if value is None or value in ("", [], {}):
        return None
    if attribute.many:
        items = value if isinstance(value, list) else [value]
        return [found for item in items if (found := _one(attribute, item, where))] or None
    if isinstance(value, list) and len(value) == 1:  # Entra ID writes some single values so
        value = value[0]
    return _one(attribute, value, where)


def as_shown(name: str) -> str:
    """Shorten what a stranger wrote, for a message."""
    return name[:80].encode("ascii", "backslashreplace").decode()


def _one(attribute: Attribute, value: object, where: str) -> Any:
    match attribute.kind:
        case Kind.COMPLEX:
            if isinstance(value, str) and attribute.sub("value"):  # a manager, named by id alone
                value = {"value": value}
            found = read(attribute.below, value, where)
            if found and attribute.many and attribute.sub("primary"):
                found.setdefault("primary", True)  # there is no other
            return found or None
        case Kind.FLAG:
            return _flag(value, where)
    if not isinstance(value, str):
        raise invalid(f"{where} has to be text")
    return as_text(value, where, fault=INVALID)


def _flag(value: object, where: str) -> bool:
    """Entra ID writes booleans as "True" and "False"."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise invalid(f"{where} has to be true or false")


def _named(attributes: tuple[Attribute, ...], name: str) -> Attribute | None:
    wanted = name.lower()
    return next((each for each in attributes if each.name.lower() == wanted), None)
