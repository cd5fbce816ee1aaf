"""What SCIM is served here: ServiceProviderConfig, Schemas and ResourceTypes (RFC 7644 §4)."""

from collections.abc import Mapping
from typing import Any

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.scim.desk import Answer, Desk
from sekisho.center.services.scim.faults import not_found
from sekisho.center.services.scim.lists import LARGEST_PAGE, list_response
from sekisho.center.services.scim.schemas import ENTERPRISE, GROUP, USER, Attribute, Kind, Schema

__all__ = [
    "get_resource_type",
    "get_schema",
    "list_resource_types",
    "list_schemas",
    "service_provider_config",
]

_CORE = "urn:ietf:params:scim:schemas:core:2.0"
_SCHEMAS = (USER, ENTERPRISE, GROUP)
_RESOURCE_TYPES = {"User": (USER, (ENTERPRISE,)), "Group": (GROUP, ())}
_RFC_6750 = "https://www.rfc-editor.org/info/rfc6750"


def service_provider_config(desk: Desk) -> Answer:
    """What can be asked for, and what not."""
    no = {"supported": False}
    document = {
        "schemas": [f"{_CORE}:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {**no, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": LARGEST_PAGE},
        "changePassword": no,
        "sort": no,
        "etag": {"supported": True},
        "pagination": {  # RFC 9865 §4
            "cursor": True,
            "index": True,
            "defaultPaginationMethod": "index",
            "defaultPageSize": LARGEST_PAGE,
            "maxPageSize": LARGEST_PAGE,
        },
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "OAuth Bearer Token",
                "description": "A token that the operator makes: sekisho center scim-token create",
                "specUri": _RFC_6750,
                "primary": True,
            }
        ],
        "meta": _meta(desk, "ServiceProviderConfig", "ServiceProviderConfig"),
    }
    return Answer(200, document)


def list_schemas(desk: Desk) -> Answer:
    """Every schema."""
    _refuse_filter(desk)
    found = [_schema(desk, schema) for schema in _SCHEMAS]
    return Answer(200, list_response(found, len(found)))


def get_schema(desk: Desk) -> Answer:
    """One schema, by its URN."""
    for schema in _SCHEMAS:
        if schema.id.lower() == desk.id.lower():
            return Answer(200, _schema(desk, schema))
    raise not_found("There is no Schema of that id")


def list_resource_types(desk: Desk) -> Answer:
    """Both kinds of resources."""
    _refuse_filter(desk)
    found = [_resource_type(desk, name) for name in _RESOURCE_TYPES]
    return Answer(200, list_response(found, len(found)))


def get_resource_type(desk: Desk) -> Answer:
    """One kind of resources, by its name."""
    if desk.id not in _RESOURCE_TYPES:
        raise not_found("There is no ResourceType of that id")
    return Answer(200, _resource_type(desk, desk.id))


def _refuse_filter(desk: Desk) -> None:
    """RFC 7644 §4: whoever filters these is to see that nothing was filtered."""
    if "filter" in desk.params:
        raise Fault("AccessDeniedException", "This is not filtered", status=403)


def _schema(desk: Desk, schema: Schema) -> dict[str, Any]:
    return {
        "schemas": [f"{_CORE}:Schema"],
        "id": schema.id,
        "name": schema.name,
        "description": schema.description,
        "attributes": [_attribute(each) for each in schema.attributes],
        "meta": _meta(desk, "Schema", f"Schemas/{schema.id}"),
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": attribute.name,
        "type": attribute.kind.value,
        "multiValued": attribute.many,
        "required": attribute.required,
        "mutability": attribute.mutability,
        "returned": "default",
    }
    match attribute.kind:
        case Kind.COMPLEX:
            told["subAttributes"] = [_attribute(each) for each in attribute.below]
        case Kind.TEXT | Kind.REFERENCE:
            told["caseExact"] = attribute.case_exact
            told["uniqueness"] = "server" if attribute.unique else "none"
    if attribute.choices:
        told["canonicalValues"] = list(attribute.choices)
    if attribute.to:
        told["referenceTypes"] = list(attribute.to)
    return told


def _resource_type(desk: Desk, name: str) -> dict[str, Any]:
    schema, extensions = _RESOURCE_TYPES[name]
    return {
        "schemas": [f"{_CORE}:ResourceType"],
        "id": name,
        "name": name,
        "endpoint": f"/{name}s",
        "description": schema.description,
        "schema": schema.id,
        "schemaExtensions": [{"schema": each.id, "required": False} for each in extensions],
        "meta": _meta(desk, "ResourceType", f"ResourceTypes/{name}"),
    }


def _meta(desk: Desk, kind: str, path: str) -> Mapping[str, str]:
    return {"resourceType": kind, "location": f"{desk.base}/{path}"}
