"""What `generate` would do, or has found: sentences for people, lines for CI, JSON for programs."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypedDict

import click

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.show.prose import wrapped
from sekisho.configure.generate import Generation
from sekisho.configure.generate_plan import Difference
from sekisho.configure.generate_wanted import WantedProfile

__all__ = ["generation_json", "say_generation", "say_left", "show_drift"]

_MOST_NAMED = 12
"""Of more names than this only the number is said."""


class _ProfileRow(TypedDict):
    profile: str
    sso_session: str | None
    account_id: str
    account_name: str | None
    role_name: str
    region: str | None


class _DifferenceRow(TypedDict):
    profile: str
    key: str
    held: str | None
    wanted: str


class _RenamingRow(TypedDict):
    profile: str
    wanted: str


class _GenerationJson(TypedDict):
    version: int
    file: str
    in_order: bool
    wanted: int
    written: bool
    sessions: list[str]
    missing: list[_ProfileRow]
    misnamed: list[_RenamingRow]
    differing: list[_DifferenceRow]
    stale: list[str]
    pruned: bool
    own: list[str]
    kept: list[str]


def generation_json(plan: Generation, *, written: bool) -> _GenerationJson:
    """Return what stands in the JSON of `generate`: what there was to do, and whether it is done."""
    return {
        "version": 1,
        "file": str(plan.path),
        "in_order": plan.in_order,
        "wanted": len(plan.wanted),
        "written": written,
        "sessions": list(plan.sessions),
        "missing": [_row(profile) for profile in plan.added],
        "misnamed": [{"profile": each.held, "wanted": each.profile.name} for each in plan.renamed],
        "differing": [
            {"profile": each.profile, "key": each.key, "held": each.held, "wanted": each.wanted}
            for each in plan.changed
        ],
        "stale": list(plan.stale),
        "pruned": plan.pruned and written,
        "own": list(plan.own),
        "kept": list(plan.kept),
    }


def _row(profile: WantedProfile) -> _ProfileRow:
    return {
        "profile": profile.name,
        "sso_session": profile.target.session,
        "account_id": profile.role.account_id,
        "account_name": profile.account.name,
        "role_name": profile.role.role_name,
        "region": profile.region,
    }


def show_drift(plan: Generation) -> None:
    """Print a line for each profile that is not as it should be."""
    for profile in plan.added:
        role = f"{profile.role.role_name} in {profile.role.account_id}"
        click.echo(f"missing  {printable(profile.name)}: {role}")
    for renaming in plan.renamed:
        held, wanted = printable(renaming.held), printable(renaming.profile.name)
        click.echo(f"misnamed {held}: should be {wanted}")
    for each in plan.changed:
        click.echo(f"differs  {printable(each.profile)}: {_said(each)}")
    for name in plan.stale:
        click.echo(f"stale    {printable(name)}: not assigned, or another profile is for it")


def say_generation(plan: Generation, *, color: str, named: bool) -> None:
    """Say on stderr what will be written: numbers, and, `named`, every profile that goes."""
    ink = Ink(color, stderr=True)
    changed = list(dict.fromkeys(each.profile for each in plan.changed))
    pruned = plan.stale if plan.pruned else ()
    for line in (
        *_named(ink.good("+"), [f"sso-session {name}" for name in plan.sessions]),
        *_named(ink.good("+"), [profile.name for profile in plan.added]),
        *_named(ink.warn("~"), [f"{each.held} -> {each.profile.name}" for each in plan.renamed]),
        *_named(ink.warn("~"), [f"{name}: {_all_said(plan, name)}" for name in changed]),
        *_named(ink.bad("-"), pruned, most=len(pruned)),
    ):
        if named:
            click.echo(line, err=True, color=True)
    counts = (
        (len(plan.added), "to add"),
        (len(plan.renamed), "to rename"),
        (len(changed), "to change"),
        (len(pruned), "to remove"),
    )
    said = ", ".join(f"{number:,} {what}" for number, what in counts if number)
    click.echo(f"\nProfiles: {said}.", err=True)
    if any(profile.region is None for profile in plan.added):
        _say(
            "The new profiles have no region. Give one to all by --region, or to some by "
            "--region-for '*-prod=eu-central-1'.",
            ink,
        )


def say_left(plan: Generation, *, color: str) -> None:
    """Say on stderr what stays as it is, and why."""
    ink = Ink(color, stderr=True)
    if plan.stale and not plan.pruned:
        names = _some(plan.stale)
        _say(
            f"No longer assigned, or for a role with another profile: {names}. "
            "--prune removes them.",
            ink,
        )
    if plan.own:
        _say(f"Written or edited by hand, and left as they are: {_some(plan.own)}.", ink)
    if plan.kept:
        _say(
            "Not among the wanted profiles, but edited by hand or another profile's "
            f"source_profile, and left: {_some(plan.kept)}.",
            ink,
        )


def _say(text: str, ink: Ink) -> None:
    click.echo(ink.dim(wrapped(text, sys.stderr)), err=True, color=True)


def _named(sign: str, names: Sequence[str], *, most: int = _MOST_NAMED) -> Iterator[str]:
    for name in names[:most]:
        yield f"{sign} {printable(name)}"
    if (more := len(names) - most) > 0:
        yield f"{sign} and {more:,} more (--dry-run shows all)"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    listed = ", ".join(map(printable, names[:_MOST_NAMED]))
    return f"{listed} and {more:,} more" if more > 0 else listed


def _all_said(plan: Generation, name: str) -> str:
    return ", ".join(
        f"{each.key} {each.held or '(none)'} -> {each.wanted}"
        for each in plan.changed
        if each.profile == name
    )


def _said(each: Difference) -> str:
    return f"{each.key} is {each.held or 'not there'}, should be {each.wanted}"
