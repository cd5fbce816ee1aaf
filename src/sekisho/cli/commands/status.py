"""`sekisho status`: every sign-in and every profile, from the disk alone."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from sekisho.awsconfig.guarded import is_guarded
from sekisho.awsconfig.profiles import AwsConfig, Profile, profile_named
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import Color, common, common_options, json_option
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.show.prompt import prompt_line
from sekisho.cli.show.status_json import status_json
from sekisho.cli.show.status_text import status_text
from sekisho.cli.show.trouble import warner
from sekisho.errors import SekishoError, UsageError
from sekisho.model import Delivery, ProfileName, TokenKey
from sekisho.ports import Clock
from sekisho.status import ProfileStatus, SessionStatus, State, Status, profile_status
from sekisho.status import status as status_of
from sekisho.store.interface import Store
from sekisho.store.keys import token_file
from sekisho.store.native import NativeStore

__all__ = ["status"]

_PATIENCE = 10.0
"""Seconds that the agent is given."""
_PROMPTS_PATIENCE = 0.5


@click.command()
@common_options
@json_option
@click.option(
    "--prompt", "form", metavar="FORMAT", help="Print one line about the profile, for a prompt."
)
@click.pass_context
def status(context: click.Context, form: str | None) -> None:
    """Show every sign-in and every profile: who signed in, what is open, and until when.

    It reads the disk, asks the agent where profiles are guarded, and asks no service. With
    --profile, it shows that profile's sign-in alone.

    In the FORMAT of --prompt stand, in braces: {profile}; {session}, or the start URL in the
    legacy form; {state}: open, refreshes, expired, absent, mismatch, or none where there is no
    sign-in to speak of; {person}; {minutes} that the token has left, or the gate; {account};
    {role}. What is not known is left empty. For example: --prompt '{profile}: {state} {minutes}'
    """
    here = machine(common(context))
    if form is not None:
        if here.common.json:
            raise UsageError("--prompt and --json do not go together", do="leave one of them out")
        click.echo(prompt_line(form, _about_the_profile(here)))
        return

    found = _look(here)

    if here.common.json:
        _show_json(found, here.common.color)
    else:
        _show(here, found)


def _look(here: Machine) -> Status:
    config = here.config()
    named = here.common.profile
    name = None if named is None else profile_named(config, named).name
    found = status_of(
        config,
        stores=here.store_for,
        clock=here.clock,
        endpoints=lambda profile, region: here.endpoints(config, profile, region),
        route=lambda profile: here.route(config, profile)[1],
    )
    found = _with_gates(here, config, found, seconds=_PATIENCE)
    return found if name is None else _around(found, name)


def _with_gates(here: Machine, config: AwsConfig, found: Status, *, seconds: float) -> Status:
    if not any(is_guarded(profile) for profile in config.profiles.values()):
        return found
    from sekisho.cli.gate_status import with_gates  # few homes have guarded profiles

    return with_gates(here, config, found, seconds=seconds)


def _around(found: Status, name: ProfileName) -> Status:
    """Only the sign-in of one profile, with all the profiles that live on it."""
    mine = next(each for each in found.profiles if each.profile == name)
    if mine.token_key is None:
        return Status((), (mine,))
    key = mine.token_key
    return Status(
        tuple(each for each in found.sessions if each.target.token_key == key),
        tuple(each for each in found.profiles if each.token_key == key),
    )


def _show_json(found: Status, color: Color) -> None:
    click.echo(json.dumps(status_json(found), ensure_ascii=False))
    for session in found.sessions:
        if session.trouble is not None:
            warner(color)(printable(" ".join(session.trouble.what.splitlines())))


def _show(here: Machine, found: Status) -> None:
    if not found.sessions and not found.profiles:
        click.echo(f"There is no profile in {here.files.config}.", err=True)
    ink = Ink(here.common.color)
    text = status_text(
        found,
        now=here.clock.now(),
        file_of=lambda key: _short(_place_of(here, key), here.home),
        ink=ink,
    )
    click.echo(text, nl=False, color=True)


def _place_of(here: Machine, key: TokenKey) -> Path:
    """The token's file; which of the sealed files it is, their names do not tell."""
    if key.delivery is Delivery.SEALED:
        return here.state / "sealed"
    return token_file(here.home, key)


def _short(path: Path, home: Path) -> str:
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


@dataclass(frozen=True, slots=True)
class _Hasty:
    """A clock that waits for nothing: no prompt is kept waiting for a torn file to settle."""

    inner: Clock

    def now(self) -> datetime:
        return self.inner.now()

    def monotonic(self) -> float:
        return self.inner.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return at once."""


def _hasty_store(here: Machine, delivery: Delivery) -> Store:
    """A store that no prompt is kept waiting for, and that nobody is asked to unlock."""
    if delivery is Delivery.NATIVE:
        return NativeStore(here.home, here.state, _Hasty(here.clock))
    return here.store_for(delivery, asks=False)


def _about_the_profile(here: Machine) -> dict[str, str]:
    """What the prompt may show; trouble with the config is for other commands to say."""
    name = here.profile_name()
    nothing = {"profile": name, "state": "none"}
    try:
        config = here.config()
        if ProfileName(name) not in config.profiles:
            return nothing
        session, _ = profile_status(
            config,
            ProfileName(name),
            stores=lambda delivery: _hasty_store(here, delivery),
            clock=here.clock,
            endpoints=lambda profile, region: here.endpoints(config, profile, region),
            route=lambda profile: here.route(config, profile)[1],
        )
        profile = config.profiles[ProfileName(name)]
        if session is None:
            return _about_its_gate(here, config, profile) or nothing
    except SekishoError:
        return nothing
    return {
        "profile": name,
        "session": session.target.token_key.value,
        "state": _word(session),
        "person": session.person or "",
        "minutes": _minutes(session.access_expires, here.clock.now()),
        "account": profile.text("sso_account_id") or "",
        "role": profile.text("sso_role_name") or "",
    }


def _about_its_gate(here: Machine, config: AwsConfig, profile: Profile) -> dict[str, str] | None:
    """The same for a profile that goes through a gate; `None` for any other."""
    alone = Status((), (ProfileStatus(profile.name, None, open=False),))
    (found,) = _with_gates(here, config, alone, seconds=_PROMPTS_PATIENCE).profiles
    if found.token_key is None:
        return None
    gate = found.gate
    return {
        "profile": profile.name,
        "session": found.token_key.value,
        "state": State.MISMATCH if found.problem else State.OPEN if found.open else State.ABSENT,
        "person": gate.person or "" if gate else "",
        "minutes": _minutes(gate.closes_at if gate else None, here.clock.now()),
        "account": profile.text("sekisho_account_id") or "",
        "role": profile.text("sekisho_role_name") or "",
    }


def _word(session: SessionStatus) -> str:
    return "refreshes" if session.state is State.EXPIRED and session.usable else session.state


def _minutes(until: datetime | None, now: datetime) -> str:
    return "" if until is None else str(max(0, int((until - now).total_seconds()) // 60))
