"""What `sso-admin` and `identitystore` have in common: who may call, and one transaction a call.

Only members of the groups that the directory file names under `administrators` may, whatever role the
credentials are of that they sign with (`spec/identity-center.md` §4.3).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Label, Row, Select, select

from sekisho.center import audit
from sekisho.center.bounded import keep_bounded
from sekisho.center.center import Center
from sekisho.center.events import Event
from sekisho.center.limits import ADMINISTRATION
from sekisho.center.protocol.call import Call, Serve
from sekisho.center.protocol.fault import Fault
from sekisho.center.rolekeys import IssuedKey
from sekisho.center.services.paging import BadToken, read_token, token_after
from sekisho.center.services.signature import signer_of
from sekisho.center.services.targets import made_by, target_of
from sekisho.center.services.throttling import refuse_haste
from sekisho.center.storage.tables import groups, memberships, users

__all__ = [
    "Desk",
    "LetsIn",
    "Operation",
    "Output",
    "administered",
    "administers",
    "carried_out",
    "invalid",
    "page",
    "page_of_list",
]

_READS = ("Describe", "Get", "Is", "List")
_PAGE = 100
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one administrator's call is worked on."""

    center: Center
    connection: Connection
    """In the one transaction of the call, which is undone when a `Fault` is raised."""
    params: Mapping[str, Any] = field(repr=False)
    """Checked by the model."""
    who: str
    """The administrator's name."""
    now: int
    operation: str


Output = Mapping[str, object]
"""An answer's members by their modelled names; `None` counts as absent."""
Operation = Callable[[Desk], Output]
"""Answers a call. Raises `Fault`."""
LetsIn = Callable[[Desk, str], bool]
"""Whether a call may come from an address."""


def administered(
    service: str, operations: Mapping[str, Operation], *, lets_in: LetsIn | None = None
) -> dict[str, Serve]:
    """Return what serves `operations`, each for administrators alone.

    `service` is what their requests are signed for; `lets_in` says from where they may come.
    """
    return {
        name: _served(service, name, operation, lets_in) for name, operation in operations.items()
    }


def administers(connection: Connection, user_id: str) -> bool:
    """Return whether the person is in a group that administers, and not disabled."""
    query = (
        select(groups.c.id)
        .join(memberships, memberships.c.group_id == groups.c.id)
        .join(users, users.c.id == memberships.c.user_id)
        .where(memberships.c.user_id == user_id, groups.c.administers, users.c.enabled)
        .limit(1)
    )
    return connection.execute(query).one_or_none() is not None


def invalid(message: str, *, at: str = "", **details: str) -> Fault:
    """Return the fault of a request that is wrong in itself; `at` is the member that is."""
    return Fault("ValidationException", message, details=details, at=at)


def page(
    desk: Desk,
    query: Select[Any],
    key: Column[str] | Label[str],
    item: Callable[[Row[Any]], Item],
    *,
    of: Sequence[str] = (),
) -> tuple[list[Item], str | None]:
    """Return one page of `query` by `key`, and the token of the next one.

    It costs what the page has, however many rows there are. `of` says, with the operation, which list
    it is: a token of another one is refused.
    """
    after = _after(desk, (desk.operation, *of))
    if after is not None:
        query = query.where(key > after)
    rows = desk.connection.execute(query.order_by(key).limit(_size(desk) + 1)).all()
    shown, following = _cut(desk, rows, lambda row: str(getattr(row, key.name)), of)
    return [item(row) for row in shown], following


def page_of_list(
    desk: Desk, items: Sequence[Item], key: Callable[[Item], str], *, of: Sequence[str]
) -> tuple[list[Item], str | None]:
    """Return one page of `items`, which are sorted by `key`, as `page` does."""
    after = _after(desk, (desk.operation, *of))
    rest = [item for item in items if after is None or key(item) > after]
    return _cut(desk, rest, key, of)


def _after(desk: Desk, whose: tuple[str, ...]) -> str | None:
    """The key that the request's token stands for; the models' tokens have no full stop in them."""
    token = desk.params.get("NextToken")
    if token is None:
        return None
    try:
        (after,) = read_token(desk.center, token.replace("/", "."), whose)
    except (BadToken, ValueError):
        raise invalid("NextToken is not one of this list") from None
    return after


def _size(desk: Desk) -> int:
    size: int = desk.params.get("MaxResults") or _PAGE
    return size


def _cut(
    desk: Desk, items: Sequence[Item], key: Callable[[Item], str], of: Sequence[str]
) -> tuple[list[Item], str | None]:
    """What is shown of `items`, of which there is one more than a page if there is another."""
    shown = list(items[: _size(desk)])
    if len(items) == len(shown):
        return shown, None
    token = token_after(desk.center, (key(shown[-1]),), (desk.operation, *of))
    return shown, token.replace(".", "/")


def _served(service: str, name: str, operation: Operation, lets_in: LetsIn | None) -> Serve:
    def serve(call: Call) -> Mapping[str, object]:
        key = signer_of(call.center, call.request, service=service)
        refuse_haste(call, ADMINISTRATION, "ThrottlingException", whose=key.user.id)
        database = call.center.database
        transaction = database.reading if _only_reads(name) else database.writing
        with audit.acting(key.user), transaction() as connection:
            may = administers(connection, key.user.id)
            desk = Desk(
                call.center, connection, call.params, key.user.name, call.center.now(), name
            )
            if may and (lets_in is None or lets_in(desk, call.address)):
                return carried_out(desk, operation)
        raise _from_elsewhere(desk, key) if may else _denied(call.center, key, service, name)

    return serve


def _only_reads(operation: str) -> bool:
    return operation.startswith(_READS)


def carried_out(desk: Desk, operation: Operation) -> Output:
    """Have the desk's operation done; of a change, keep what it was about. Raises `Fault`."""
    if _only_reads(desk.operation):
        return operation(desk)
    before = target_of(desk.connection, desk.params)
    output = operation(desk)
    target = made_by(desk.params, output, before)
    audit.keep(
        desk.connection, Event.ADMINISTERED,
        at=desk.now, person=target.person, has_room=True,
        operation=desk.operation, **target.facts,
    )  # fmt: skip
    return output


def _from_elsewhere(desk: Desk, key: IssuedKey) -> Fault:
    keep_bounded(desk.center, Event.NETWORK_REFUSED, person=key.user, operation=desk.operation)
    return Fault(
        "AccessDeniedException",
        "The network configuration of the identity store does not let this address in",
    )


def _denied(center: Center, key: IssuedKey, service: str, name: str) -> Fault:
    keep_bounded(center, Event.ADMINISTRATION_REFUSED, person=key.user, operation=name)
    return Fault(
        "AccessDeniedException",
        f"User: {key.user.name} is not authorized to perform: {service}:{name}, "
        "since none of their groups is named under administrators",
    )
