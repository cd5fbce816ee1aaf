"""AWS's own service models, as botocore ships them: the one place that names the fields.

What the rest needs of them is read into typed values here; botocore itself has no types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel as BotocoreModel
from botocore.model import Shape as BotocoreShape

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
    """Read the newest model of a service, such as `sso-oidc`, that the installed botocore has."""
    model = BotocoreModel(Loader().load_service_model(name, "service-2"), name)
    statuses = {
        shape.name: int(shape.metadata["error"]["httpStatusCode"])
        for shape in model.error_shapes
        if "httpStatusCode" in shape.metadata.get("error", {})
    }
    operations = {operation: _operation(model, operation) for operation in model.operation_names}
    return Service(
        name=name,
        version=model.api_version,
        xml_namespace=model.metadata.get("xmlNamespace", ""),
        operations=operations,
        statuses=statuses,
        oauth_errors=frozenset(
            shape.name for shape in model.error_shapes if "error_description" in shape.members
        ),
    )


def _operation(model: BotocoreModel, name: str) -> Operation:
    source = model.operation_model(name)
    output = source.output_shape
    return Operation(
        name=name,
        method=source.http["method"],
        path=source.http["requestUri"],
        input=_shape(source.input_shape),
        output=_shape(output),
        result_wrapper=None if output is None else output.serialization.get("resultWrapper"),
        errors=frozenset(shape.name for shape in source.error_shapes),
    )


_NOTHING = Shape(Kind.STRUCTURE, {}, None, None, None, ())


def _shape(source: BotocoreShape | None, above: tuple[str, ...] = ()) -> Shape:
    """Read a shape; one that contains itself is cut off there (none that we serve does)."""
    if source is None or source.name in above:
        return _NOTHING
    inside = (*above, source.name)
    kind = Kind(source.type_name)
    members = (
        {
            name: Member(
                wire_name=shape.serialization.get("name", name),
                location=Location(shape.serialization.get("location", Location.BODY)),
                required=name in source.required_members,
                shape=_shape(shape, inside),
            )
            for name, shape in source.members.items()
        }
        if kind is Kind.STRUCTURE
        else {}
    )
    return Shape(
        kind,
        members,
        _shape(source.member, inside) if kind is Kind.LIST else None,
        source.metadata.get("min"),
        source.metadata.get("max"),
        tuple(source.metadata.get("enum", ())),
    )
