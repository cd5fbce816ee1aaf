"""The people of a center, drawn: a table for the operator, JSON for programs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from rich.table import Table
from rich.text import Text

from sekisho.cli.show.printable import printable

if TYPE_CHECKING:
    from sekisho.center.directory.roster import Person

__all__ = ["people_json", "people_table"]


class _PersonRow(TypedDict):
    name: str
    display_name: str
    groups: list[str]
    enabled: bool
    has_password: bool
    has_second_factor: bool
    created: str
    open_sessions: int


class _PeopleJson(TypedDict):
    version: int
    users: list[_PersonRow]


def people_table(people: Sequence["Person"]) -> Table:
    """Draw one row for each person."""
    drawn = Table()
    for head in ("User", "Display name", "Groups", "Can sign in"):
        drawn.add_column(head, overflow="fold")
    drawn.add_column("MFA")
    drawn.add_column("Sessions", justify="right")
    for person in people:
        drawn.add_row(
            Text(person.name, style="bold" if person.enabled else "dim"),
            Text(printable(person.display_name)),
            Text(printable(", ".join(person.groups))),
            _can_sign_in(person),
            Text("yes" if person.has_second_factor else "–"),
            Text(str(person.open_sessions or "–")),
        )
    return drawn


def people_json(people: Sequence["Person"]) -> _PeopleJson:
    """Return `center user list --json`, version 1."""
    return {
        "version": 1,
        "users": [
            {
                "name": person.name,
                "display_name": person.display_name,
                "groups": [*person.groups],
                "enabled": person.enabled,
                "has_password": person.has_password,
                "has_second_factor": person.has_second_factor,
                "created": person.created_at.isoformat().replace("+00:00", "Z"),
                "open_sessions": person.open_sessions,
            }
            for person in people
        ],
    }


def _can_sign_in(person: "Person") -> Text:
    if not person.enabled:
        return Text("no: disabled", style="red")
    if not person.has_password:
        return Text("no: has no password", style="yellow")
    return Text("yes", style="green")
