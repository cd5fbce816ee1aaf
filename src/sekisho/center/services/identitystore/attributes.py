"""UpdateUser and UpdateGroup: operations on paths such as `name.familyName` and `emails`.

Paths and the keys of values are in lower camel case there (`{"value": …, "primary": true}`), and in
upper camel case everywhere else. A value that is missing or null takes the attribute away.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from sekisho.center.directory.identities import ExternalId
from sekisho.center.protocol.model import load
from sekisho.center.protocol.values import checked
from sekisho.center.services.administration import invalid

__all__ = ["changed_by"]

_EXTERNAL_IDS = "ExternalIds"


def changed_by(
    operations: Sequence[Mapping[str, Any]], before: Mapping[str, Any], like: str
) -> tuple[dict[str, Any], list[ExternalId] | None]:
    """Return the attributes after `operations`, and the external ids if those were set.

    `before` and what is returned are by the names that the input of the operation `like` has, which
    says what each may be. Raises `Fault`.
    """
    after = {name: deepcopy(value) for name, value in before.items() if value is not None}
    external = None
    for operation in operations:
        path = [_capital(part) for part in operation["AttributePath"].split(".")]
        value = _capitalised(operation.get("AttributeValue"))
        if path == [_EXTERNAL_IDS]:
            external = _external(value)
        else:
            _put(after, path, value)
    return _sound(after, like), external


def _put(into: dict[str, Any], path: list[str], value: Any) -> None:
    *above, last = path
    for part in above:
        inner = into.setdefault(part, {})
        if not isinstance(inner, dict):
            raise invalid(f"there is nothing below {part}")
        into = inner
    if value is None:
        into.pop(last, None)
    else:
        into[last] = value


def _sound(after: dict[str, Any], like: str) -> dict[str, Any]:
    shape = load("identitystore").operations[like].input
    for name in after:
        if name not in shape.members or name == "IdentityStoreId":
            raise invalid(f"there is no attribute {name}")
    return {
        name: checked(shape.members[name].shape, value, name, fault="ValidationException")
        for name, value in after.items()
        if value != {}
    }


def _external(value: Any) -> list[ExternalId]:
    shape = load("identitystore").operations["DescribeUser"].output.members["ExternalIds"].shape
    pairs = checked(shape, value or [], _EXTERNAL_IDS, fault="ValidationException") if value else []
    return [(pair["Issuer"], pair["Id"]) for pair in pairs]


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _capitalised(value: Any) -> Any:
    if isinstance(value, dict):
        return {_capital(key): _capitalised(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_capitalised(each) for each in value]
    return value
