"""Which session a profile has once it is guarded, and how its section is headed.

A guarded profile names `[sekisho-session X]`, or `[sso-session X]` while that is there for native
profiles. Nothing in an `[sso-session]` that nobody needs can do any good: a habit (`aws sso login`)
would write its token to the disk. So it is renamed, and AWS tools no longer know it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from sekisho.awsconfig.document import Document, Section, SectionKind, indent_of, parse
from sekisho.awsconfig.edit import (
    RemoveSection,
    RenameSection,
    apply,
    header_for,
    line_ending,
)
from sekisho.awsconfig.guarded import SESSION_KEY, is_guarded
from sekisho.awsconfig.profiles import AwsConfig, SsoProfile, SsoSession
from sekisho.awsconfig.sso import scopes_in, session_target
from sekisho.configure.moves import ACCOUNT_ACCESS
from sekisho.configure.session_names import session_name
from sekisho.model import ProfileName, SessionName
from sekisho.reach.portal import portal_label

__all__ = ["ChosenSession", "renamed", "sessions_for"]

_NAMELESS = "sso"
"""What the session is called whose portal has no name."""
_SCOPES = "sso_registration_scopes"

_Values = tuple[tuple[str, str], ...]
_Meaning = tuple[str, str, tuple[str, ...]]
"""Start URL, Region and scopes."""


@dataclass(frozen=True, slots=True)
class ChosenSession:
    """The session that a profile is to name."""

    name: SessionName
    values: _Values | None
    """What its section has to say, which is to be added after the profile's; `None`: it is there,
    or comes with another profile."""


def sessions_for(
    config: AwsConfig, document: Document, profiles: Sequence[SsoProfile]
) -> dict[ProfileName, ChosenSession]:
    """Return the session of each of `profiles`: its own, or one of its portal for the legacy form.

    `document` is the config file that `config` was read from.
    """
    names = _Names(config, document)
    return {profile.name: names.of(profile) for profile in profiles}


def renamed(document: Document, config: AwsConfig) -> Document:
    """Return `document` with each `[sso-session]` renamed that guarded profiles alone name.

    Where there is a `[sekisho-session]` of the name that says the same, it is removed. `config` is
    what `document` means. Raises `EditRefused`.
    """
    at = {section.line: section for section in document.sections}
    renames, removals = list[Section](), list[Section]()
    for session in _only_guarded(config):
        section = at[session.line]
        there = config.guard_sessions.get(session.name)
        if there is None:
            renames.append(section)
        elif _meaning_of(there) == _meaning_of(session):
            removals.append(section)
    if renames:
        document = _with_headers(document, renames)
    return apply(document, [RemoveSection(section) for section in removals])


def _with_headers(document: Document, sections: Sequence[Section]) -> Document:
    """The document with these sections headed anew, and a comment above each that says so."""
    headed = apply(
        document,
        [
            RenameSection(section, header_for(SectionKind.SEKISHO_SESSION, section.name or ""))
            for section in sections
        ],
    )
    lines = list(headed.lines)
    for section in sections:
        line = lines[section.line - 1]
        comment = (
            f"# was [{section.header}]; renamed when no native profile needs it, so that habit "
            "cannot write its token to disk"
        )
        ending = line_ending(document, section.line)
        lines[section.line - 1] = f"{indent_of(line)}{comment}{ending}{line}"
    return parse("".join(lines).encode("utf-8", "surrogateescape"))


def _only_guarded(config: AwsConfig) -> Iterator[SsoSession]:
    """The `[sso-session]` sections that guarded profiles name, and no other profile does."""
    native = {profile.text("sso_session") for profile in config.profiles.values()}
    guarded = {
        profile.text(SESSION_KEY) for profile in config.profiles.values() if is_guarded(profile)
    }
    return (
        session
        for name, session in config.sessions.items()
        if name in guarded and name not in native
    )


class _Names:
    """Finds a session for each profile: one that says what it needs, or a name that is free."""

    def __init__(self, config: AwsConfig, document: Document) -> None:
        self._config = config
        self._sections = {section.line: section for section in document.sections}
        self._said: dict[SessionName, _Meaning] = {}
        self._mentioned = {
            profile.text(key)
            for profile in config.profiles.values()
            for key in ("sso_session", SESSION_KEY)
        }

    def of(self, profile: SsoProfile) -> ChosenSession:
        """The session of `profile`, with the section that has to be added for it, if one has."""
        meaning = self._needed(profile)
        name = next(name for name in _candidates(profile) if self._fits(name, meaning))
        adds = self._there(name) is None and name not in self._said
        self._said[name] = meaning
        return ChosenSession(name, self._values(profile) if adds else None)

    def _needed(self, profile: SsoProfile) -> _Meaning:
        target = profile.target
        if target.session is not None:
            return _meaning_of(self._config.sessions[target.session])
        return target.start_url, target.region, scopes_in(self._scopes(profile))

    def _values(self, profile: SsoProfile) -> _Values:
        """What a section for `profile` has to say, so that everything stays as it was."""
        target = profile.target
        if target.session is None:
            portal = (("sso_region", str(target.region)), ("sso_start_url", str(target.start_url)))
            return (*portal, (_SCOPES, self._scopes(profile)))
        session = self._config.sessions[target.session]
        entries = self._sections[session.line].entries
        return tuple((entry.key, entry.value) for entry in entries)

    def _scopes(self, profile: SsoProfile) -> str:
        return self._config.profiles[profile.name].text(_SCOPES) or ACCOUNT_ACCESS

    def _there(self, name: SessionName) -> SsoSession | None:
        return self._config.guard_sessions.get(name) or self._config.sessions.get(name)

    def _fits(self, name: SessionName, meaning: _Meaning) -> bool:
        if name in self._said:
            return self._said[name] == meaning
        there = self._there(name)
        return name not in self._mentioned if there is None else _meaning_of(there) == meaning


def _candidates(profile: SsoProfile) -> Iterator[SessionName]:
    target = profile.target
    name = target.session or session_name(
        target.start_url, portal_label(target.start_url) or _NAMELESS
    )
    yield name
    yield from (SessionName(f"{name}-{number}") for number in count(2))


def _meaning_of(session: SsoSession) -> _Meaning:
    target = session_target(session.settings, session.name)
    return target.start_url, target.region, target.scopes or (ACCOUNT_ACCESS,)
