"""`sekisho center audit`: the center's audit trail, on the machine of its database."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from sekisho.cli.assembly import Machine, machine
from sekisho.cli.center_database import database_at_rest
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.when import moment
from sekisho.errors import UsageError

if TYPE_CHECKING:
    from sekisho.center.storage.database import Database
    from sekisho.center.trail import Entry, Question

__all__ = ["audit"]


@click.command()
@common_options
@json_option
@click.option(
    "--since", default="yesterday", show_default=True, metavar="WHEN",
    help="today, yesterday, 30m, 2h, 3d, 1w, 09:30, 2026-11-28, 2026-11-28T09:30, or always.",
)  # fmt: skip
@click.option("--until", metavar="WHEN", help="As --since; that moment is left out.")
@click.option("--person", metavar="NAME", default="", help="Only what NAME did, or was done to.")
@click.option(
    "--event", "events", metavar="EVENT", multiple=True,
    help="Only these, such as session.started; may be given again.",
)  # fmt: skip
@click.option("--address", default="", help="Only what came from this address.")
@click.option("--reverse", is_flag=True, help="The newest first.")
@click.option(
    "--lines", "most", type=click.IntRange(1), metavar="N", help="Only the first N of these."
)
@click.option("--follow", is_flag=True, help="Go on with what happens from now on, until Ctrl-C.")
@click.option(
    "--database", metavar="URL", help="The center's; SQLite in the state folder by default."
)
@click.pass_context
def audit(
    context: click.Context,
    /,
    since: str,
    until: str | None,
    events: tuple[str, ...],
    reverse: bool,  # click's way
    most: int | None,
    follow: bool,
    database: str | None,
    **about: str,
) -> None:
    """Show who signed in, what was issued to whom, and who changed what.

    Oldest first, a line each, in UTC. With --json each line is an object of its own. What is kept, and for
    how long: docs/center/audit-trail.md.
    """
    here = machine(common(context))
    if follow and (reverse or most is not None or until is not None):
        raise UsageError(
            "--follow goes on with what happens from now on",
            do="leave out --reverse, --lines and --until",
        )
    now = here.clock.now()
    start = None if since == "always" else moment(since, now)
    end = None if until is None else moment(until, now)
    with database_at_rest(here, database, command="sekisho center audit") as opened:
        question = _question(start, end, events, **about)
        for entry in _found(here, opened, question, reverse=reverse, most=most, follow=follow):
            _show(here, entry)


def _question(
    since: datetime | None, until: datetime | None, events: tuple[str, ...], **about: str
) -> "Question":
    from sekisho.center.events import Event
    from sekisho.center.trail import Question

    unknown = [name for name in events if name not in frozenset(Event)]
    if unknown:
        raise UsageError(
            f'the trail keeps no "{unknown[0]}"', do=f"say one of these: {', '.join(Event)}"
        )
    return Question(
        None if since is None else int(since.timestamp()),
        None if until is None else int(until.timestamp()),
        events=events,
        **about,
    )


def _found(
    here: Machine,
    database: "Database",
    question: "Question",
    *,
    reverse: bool,
    most: int | None,
    follow: bool,
) -> Iterator["Entry"]:
    from sekisho.center import trail

    if follow:
        return trail.followed(database, question, here.clock)
    return trail.entries(database, question, newest_first=reverse, most=most)


def _show(here: Machine, entry: "Entry") -> None:
    from sekisho.center.pages.languages import Language
    from sekisho.center.pages.telling import told, told_by
    from sekisho.center.pages.texts import Texts
    from sekisho.center.trail import json_line

    if here.common.json:
        click.echo(json_line(entry))
        return
    ink, texts = Ink(here.common.color), Texts(Language.ENGLISH)
    by = told_by(texts, entry)
    sentence = told(texts, entry) if by is None else told(texts, entry) + " " + by
    at = ink.dim(f"{entry.at:%Y-%m-%d %H:%M:%SZ}")
    whence = f" [{entry.address}]" if entry.address else ""
    click.echo(f"{at} {printable(sentence.unescape())}{ink.dim(printable(whence))}", color=True)
