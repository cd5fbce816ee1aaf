"""Fills the AWS config with a profile for each account and role: pure, bytes in and bytes out.

1. Which profiles there are to be (`generate_wanted`); names that collide are refused, all at once.
2. Which are there: those that sekisho wrote and nobody has edited since are its own
   (`generate_marks`); any other is its writer's, and stays to the last byte.
3. What differs gets its new settings. What is missing is the new name of a generated profile for
   the same role, or else is added at the end of the file. What is no longer assigned is taken away
   where that is wished. Of other portals' generated profiles nothing is known, and they stay.
4. What is read afterwards is compared with what was read before: the new profiles mean what they
   should, and all others what they did.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.awsconfig.diff import unified_diff
from sekisho.awsconfig.document import parse, render
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, Setting, interpret, sso_profile
from sekisho.configure.generate_marks import KEYS, MARK
from sekisho.configure.generate_plan import Difference, Plan, Renaming, There
from sekisho.configure.generate_wanted import (
    Listed,
    WantedProfile,
    Wishes,
    portal,
    wanted_profiles,
)
from sekisho.errors import ConfigError, EditRefused, NamesCollide
from sekisho.model import ProfileName, SessionName

__all__ = ["Generation", "generate"]

_DEFAULT = "default"
_BY_ACCOUNT = "{account_name|slug}-{account_id}-{role_name}"
_BY_SESSION = "{session}-{account_name|slug}-{role_name}"
"""Where several sessions of one portal list the same roles."""
_MOST_LISTED = 3
"""Of more roles with one name only the number is said."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A rewrite of the config file, ready to be written."""

    path: Path
    """The config file."""
    read: bytes | None
    """What it held; `None`: there was none."""
    after: bytes
    wanted: tuple[WantedProfile, ...]
    """Every profile that there is to be."""
    added: tuple[WantedProfile, ...]
    renamed: tuple[Renaming, ...]
    changed: tuple[Difference, ...]
    sessions: tuple[SessionName, ...]
    """The sso-sessions that are added."""
    stale: tuple[ProfileName, ...]
    """Generated profiles of roles that are no longer assigned, or have another profile now."""
    pruned: bool
    """Those of `stale` are taken away."""
    own: tuple[ProfileName, ...]
    """Profiles that were written or edited by hand where a generated one would be; they stay."""
    kept: tuple[ProfileName, ...]
    """Generated profiles that would be stale, but were edited by hand since, or are another
    profile's `source_profile`; they stay."""

    @property
    def in_order(self) -> bool:
        """Whether each wanted profile is there, and no stale one."""
        return not (self.added or self.renamed or self.changed or self.stale)

    @property
    def diff(self) -> str:
        """The change as a unified diff, empty when there is none; made anew each time."""
        return unified_diff(self.read or b"", self.after, self.path)


def generate(
    config_bytes: bytes | None,
    credentials_bytes: bytes | None,
    files: ConfigFiles,
    listed: Sequence[Listed],
    wishes: Wishes,
) -> Generation:
    """Return the rewrite of the config file after which all that is `listed` has its profile.

    `None` is an absent file; `files` only names the two. Doing it again changes nothing. Reads and
    writes nothing.

    Raises `ConfigUnreadable`; `UsageError` for a session rule that leads nowhere; `NamesCollide`;
    `EditRefused` for a name that cannot be written, and where a profile would not mean what it
    should because of what `[DEFAULT]` or the credentials file adds to it.
    """
    before = config_bytes or b""
    config = interpret(before, credentials_bytes, files)
    wanted = tuple(dict.fromkeys(wanted_profiles(config, listed, wishes)))
    there = There(config, parse(before))
    if collisions := [*_collisions(wanted), *there.collisions(wanted)]:
        several = len({each.target for each in listed}) > len({portal(e.target) for e in listed})
        raise NamesCollide(collisions, template=_BY_SESSION if several else _BY_ACCOUNT)
    plan = Plan(there)
    for profile in wanted:
        plan.want(profile)
    plan.settle({portal(each.target) for each in listed}, prune=wishes.prune)
    after = before
    if plan.changes:
        after = render(plan.made())
        _refuse_another_meaning(config, interpret(after, credentials_bytes, files), plan)
    return Generation(
        path=files.config,
        read=config_bytes,
        after=after,
        wanted=wanted,
        added=tuple(plan.added),
        renamed=tuple(plan.renamed),
        changed=tuple(plan.changed),
        sessions=tuple(plan.sessions),
        stale=tuple(plan.stale),
        pruned=wishes.prune,
        own=tuple(plan.own),
        kept=tuple(plan.kept),
    )


def _collisions(wanted: Sequence[WantedProfile]) -> Iterator[str]:
    """Say which names stand for several profiles, and which are none."""
    by_name: dict[ProfileName, list[WantedProfile]] = {}
    for profile in wanted:
        by_name.setdefault(profile.name, []).append(profile)
    for name, profiles in by_name.items():
        if not name.strip() or name == _DEFAULT:
            why = "is what commands take that name no profile" if name else "is no name"
            yield f"{name or '(nothing)'}: {why}; for {_listed(profiles)}"
        elif len(profiles) > 1:
            yield f"{name}: {_listed(profiles)}"


def _listed(profiles: Sequence[WantedProfile]) -> str:
    several = len({p.target.session for p in profiles}) > 1
    named = [
        f"{p.role.role_name} in {p.role.account_id}" + f" by {p.target.session}" * several
        for p in profiles[:_MOST_LISTED]
    ]
    more = len(profiles) - _MOST_LISTED
    return ", ".join([*named, f"and {more:,} more"] if more > 0 else named)


def _refuse_another_meaning(before: AwsConfig, after: AwsConfig, plan: Plan) -> None:
    gone = {section.name for section in plan.removed} | {each.held for each in plan.renamed}
    for name, old in before.profiles.items():
        if name in plan.touched or name in gone:
            continue
        if name not in after.profiles or _said(old.settings) != _said(
            after.profiles[name].settings
        ):
            raise _refused(name, "it would no longer mean the same")
    for name, wanted in plan.touched.items():
        try:
            made = sso_profile(after, name)
        except ConfigError as error:
            raise _refused(name, error.what) from error
        if (made.role, made.target.session) != (wanted.role, wanted.target.session):
            raise _refused(name, "it would not mean what it should")
    for each in plan.renamed:
        if _by_hand(before, each.held) != _by_hand(after, each.profile.name):
            raise _refused(each.held, "under its new name it would not mean the same")


def _by_hand(config: AwsConfig, name: ProfileName) -> Mapping[str, object]:
    """What a generated profile says beside what was generated."""
    said = _said(config.profiles[name].settings)
    return {key: value for key, value in said.items() if key not in (*KEYS, MARK)}


def _said(settings: Mapping[str, Setting]) -> Mapping[str, object]:
    return {key: setting.value for key, setting in settings.items()}


def _refused(name: str, why: str) -> EditRefused:
    do = "sekisho lint; look at [DEFAULT] and the credentials file, which add to every profile"
    return EditRefused(f"the profile {name}", why, do=do)
