"""AWS's own service models, as botocore ships them: the one place that names the fields.

What the rest needs of them is read into typed values here.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

__all__ = ["Kind", "Location", "Member", "Operation", "Service", "Shape", "load"]


class Kind(StrEnum):
    """The types of the models that our operations use."""

    STRUCTURE = "structure"
    LIST = "list"
    STRING = "string"
    INTEGER = "integer"
    LONG = "long"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"
    BLOB = "blob"
    MAP = "map"
    FLOAT = "float"
    DOUBLE = "double"


class Location(StrEnum):
    """Where a member of an input travels."""

    BODY = "body"
    QUERY = "querystring"
    HEADER = "header"
    PATH = "uri"
    STATUS = "statusCode"


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of a value."""

    kind: Kind
    members: Mapping[str, "Member"]
    """Of a structure; empty for others."""
    element: "Shape | None"
    """Of a list; `None` for others."""
    minimum: int | None
    maximum: int | None
    choices: tuple[str, ...]
    """Of an enumeration; empty for others."""
    pattern: str | None = None
    """What a whole text has to match, as the model spells it: with `\\p{L}` and its like."""
    entry: "Shape | None" = None
    """Of a map's values; its keys are texts. `None` for others."""
    union: bool = False
    """A structure of which exactly one member is there."""
    document: bool = False
    """Any JSON at all."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure."""

    wire_name: str
    location: Location
    required: bool
    shape: Shape


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service."""

    name: str
    method: str
    path: str
    """As the model has it, with a fixed query where there is one: `/token?aws_iam=t`."""
    input: Shape
    output: Shape
    result_wrapper: str | None
    """Of the query protocol: the element around the result."""
    errors: frozenset[str]
    """The names of the exceptions that it may answer with."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its operations, and the HTTP status of each exception."""

    name: str
    version: str
    """The API version; the query protocol names it in every request."""
    xml_namespace: str
    operations: Mapping[str, Operation]
    statuses: Mapping[str, int]
    """HTTP status by exception, where the model has one."""
    oauth_errors: frozenset[str]
    """The exceptions whose body has `error` and `error_description`."""


@cache
def load(name: str) -> Service:
    """Read the newest model of a service, such as `sso-oidc`, that the installed botocore has.

    Only its data is read: importing botocore takes a quarter of the center's start
    (docs/decisions/0013).
    """
    model = _read(name)
    metadata, shapes = model["metadata"], model["shapes"]
    errors = {shape: found for shape, found in shapes.items() if found.get("exception")}
    statuses = {
        shape: int(found["error"]["httpStatusCode"])
        for shape, found in errors.items()
        if "httpStatusCode" in found.get("error", {})
    }
    return Service(
        name=name,
        version=metadata["apiVersion"],
        xml_namespace=metadata.get("xmlNamespace", ""),
        operations={
            operation: _operation(shapes, operation, found)
            for operation, found in model["operations"].items()
        },
        statuses=statuses,
        oauth_errors=frozenset(
            shape for shape, found in errors.items() if "error_description" in found["members"]
        ),
    )


_Raw = Mapping[str, Any]
_FILE = "service-2.json"


def _read(name: str) -> _Raw:
    """Read the JSON of the service's newest API version; versions are dates."""
    botocore = find_spec("botocore")  # finds it, and runs nothing of it
    if botocore is None or botocore.origin is None:
        raise ImportError("botocore is not installed", name="botocore")
    folder = Path(botocore.origin).parent / "data" / name
    newest = max(path.parent for path in folder.glob(f"*/{_FILE}*"))
    packed = newest / f"{_FILE}.gz"
    data = (
        gzip.decompress(packed.read_bytes()) if packed.exists() else (newest / _FILE).read_bytes()
    )
    model: _Raw = json.loads(data)
    return model


def _operation(shapes: _Raw, name: str, source: _Raw) -> Operation:
    output = source.get("output")
    return Operation(
        name=name,
        method=source["http"]["method"],
        path=source["http"]["requestUri"],
        input=_shape(shapes, source.get("input")),
        output=_shape(shapes, output),
        result_wrapper=None if output is None else output.get("resultWrapper"),
        errors=frozenset(error["shape"] for error in source.get("errors", ())),
    )


_NOTHING = Shape(Kind.STRUCTURE, {}, None, None, None, ())


def _shape(shapes: _Raw, reference: _Raw | None, above: tuple[str, ...] = ()) -> Shape:
    """Read a shape; one that contains itself is cut off there (none that we serve does)."""
    if reference is None or reference["shape"] in above:
        return _NOTHING
    inside = (*above, reference["shape"])
    source = shapes[reference["shape"]]
    kind = Kind(source["type"])
    members = (
        {
            name: Member(
                wire_name=member.get("locationName", name),
                location=Location(member.get("location", Location.BODY)),
                required=name in source.get("required", ()),
                shape=_shape(shapes, member, inside),
            )
            for name, member in source["members"].items()
        }
        if kind is Kind.STRUCTURE
        else {}
    )
    return Shape(
        kind,
        members,
        _shape(shapes, source["member"], inside) if kind is Kind.LIST else None,
        source.get("min"),
        source.get("max"),
        tuple(source.get("enum", ())),
        source.get("pattern"),
        _shape(shapes, source["value"], inside) if kind is Kind.MAP else None,
        source.get("union", False),
        source.get("document", False),
    )
