"""Lists: by filter, a page at a time, with the attributes that were asked for.

Source: RFC 7644 §3.4.2, §3.9; RFC 9865; the SCIM developer guide, "ListUsers".
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select

from sekisho.center.services.paging import BadToken, read_token, token_after
from sekisho.center.services.scim.desk import Answer, Desk, Documents
from sekisho.center.services.scim.faults import invalid
from sekisho.center.services.scim.schemas import GROUP, USER
from sekisho.center.storage import bearer

__all__ = ["LARGEST_PAGE", "list_response", "listed", "selected"]

LARGEST_PAGE = 100
_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_ALWAYS = ("schemas", "id")
_USER, _GROUP = (f"{schema.id.lower()}:" for schema in (USER, GROUP))


def listed(
    desk: Desk, table: Table, documents: Documents, conditions: Sequence[ColumnElement[bool]]
) -> Answer:
    """Answer with one page of the rows of `table` for which `conditions` hold, by id.

    With `cursor` (RFC 9865) a page costs what it has, however many rows there are; without, they
    are counted and passed over.
    """
    query = select(table).where(*conditions).order_by(table.c.id)
    size = max(min(_number(desk, "count", LARGEST_PAGE), LARGEST_PAGE), 0)
    if "cursor" in desk.params:
        return Answer(200, _after_cursor(desk, table, documents, query, size))
    first = max(_number(desk, "startIndex", 1), 1)
    total = desk.connection.execute(
        select(func.count()).select_from(table).where(*conditions)
    ).scalar_one()
    rows = desk.connection.execute(query.offset(first - 1).limit(size)).all() if size else ()
    return Answer(200, list_response(documents(desk, rows), total, first))


def list_response(
    resources: Sequence[Mapping[str, Any]], total: int, first: int = 1
) -> dict[str, Any]:
    """Return the document around `resources`, which begin with number `first` of `total`."""
    return {
        "schemas": [_LIST],
        "totalResults": total,
        "itemsPerPage": len(resources),
        "startIndex": first,
        "Resources": list(resources),
    }


def selected(document: Mapping[str, Any], params: Mapping[str, str]) -> Mapping[str, Any]:
    """Leave out of a resource what `attributes` or `excludedAttributes` say (RFC 7644 §3.9)."""
    if "Resources" in document:
        shown = [selected(each, params) for each in document["Resources"]]
        return {**document, "Resources": shown}
    wanted, unwanted = _names(params.get("attributes")), _names(params.get("excludedAttributes"))
    if wanted:
        return _with(document, wanted)
    return _without(document, unwanted) if unwanted else document


def _with(document: Mapping[str, Any], wanted: frozenset[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in document.items():
        if name in _ALWAYS or name.lower() in wanted:
            kept[name] = value
        elif isinstance(value, dict | list) and (
            below := _below(name, value, lambda path: path in wanted)
        ):
            kept[name] = below
    return kept


def _without(document: Mapping[str, Any], unwanted: frozenset[str]) -> dict[str, Any]:
    return {
        name: value if name in _ALWAYS else _below(name, value, lambda path: path not in unwanted)
        for name, value in document.items()
        if name in _ALWAYS or name.lower() not in unwanted
    }


def _below(name: str, value: Any, keeps: Callable[[str], bool]) -> Any:
    """What is below an attribute, by paths such as `name.givenname`; a plain value is as it is."""
    if isinstance(value, list):
        return [below for each in value if (below := _below(name, each, keeps))]
    if not isinstance(value, Mapping):
        return value
    joint = ":" if name.startswith("urn:") else "."
    return {each: below for each, below in value.items() if keeps(f"{name}{joint}{each}".lower())}


def _names(text: str | None) -> frozenset[str]:
    names = (name.strip().lower() for name in (text or "").split(","))
    return frozenset(name.removeprefix(_USER).removeprefix(_GROUP) for name in names if name)


def _after_cursor(
    desk: Desk, table: Table, documents: Documents, query: Select[Any], size: int
) -> dict[str, Any]:
    if size < 1:
        raise invalid("count has to be 1 or more beside a cursor", "invalidCount")
    of = ("scim", table.name, desk.params.get("filter", ""))
    if desk.params["cursor"]:
        query = query.where(table.c.id > _read(desk, desk.params["cursor"], of))
    rows = desk.connection.execute(query.limit(size + 1)).all()
    shown = rows[:size]
    document = {
        "schemas": [_LIST],
        "itemsPerPage": len(shown),
        "Resources": documents(desk, shown),
    }
    if len(rows) > size:
        token = token_after(desk.center, (shown[-1].id,), of)
        document["nextCursor"] = bearer.encoded(token.encode())
    return document


def _read(desk: Desk, cursor: str, of: tuple[str, ...]) -> str:
    """A cursor is a page's token without the characters that RFC 9865 §2 or AWS's pattern lacks."""
    try:
        token = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        (after,) = read_token(desk.center, token, of)
    except (BadToken, ValueError, binascii.Error):
        raise invalid("The cursor is not one of this list", "invalidCursor") from None
    return after


def _number(desk: Desk, name: str, otherwise: int) -> int:
    text = desk.params.get(name)
    if text is None:
        return otherwise
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise invalid(f"{name} has to be a whole number")
    return int(text)
