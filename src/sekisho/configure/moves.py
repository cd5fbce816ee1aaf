"""Which profiles move to which sso-session, and the lines that it takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from sekisho.awsconfig.document import Document, Entry, Section, SectionKind, indent_of, parse
from sekisho.awsconfig.edit import AddSection, Change, RemoveKey, SetValue, apply, header_for
from sekisho.awsconfig.guarded import SESSION_KEY
from sekisho.awsconfig.profiles import AwsConfig, SsoProfile
from sekisho.configure.session_names import session_name
from sekisho.errors import NotIsolated
from sekisho.model import Form, ProfileName, SessionName

__all__ = ["ACCOUNT_ACCESS", "Move", "plan_moves", "rewritten"]

ACCOUNT_ACCESS = "sso:account:access"
"""The scope that role credentials take; what AWS's wizard writes when it is not told otherwise."""
_SCOPES = "sso_registration_scopes"

_Values = tuple[tuple[str, str], ...]
_Meaning = frozenset[tuple[str, str]]
"""Values without their order, and the case of their keys."""
_Sections = Mapping[int, Section]
"""By the line of the header: of two sections for one profile, only the effective one is found."""


@dataclass(frozen=True, slots=True)
class _User:
    """Who names a session."""

    name: str
    """Of the group, or of the profile."""
    resolves: bool
    """It is a group; otherwise a profile that does not resolve, and so is in none."""


@dataclass(frozen=True, slots=True)
class Move:
    """One profile, and the sso-session that it is to have, alone or with its group."""

    profile: SsoProfile
    """As it was before."""
    session: SessionName
    values: _Values
    """What the session has to say."""
    adds: bool
    """The section is to be added, after this profile's; otherwise it is there, or another adds it."""


def plan_moves(
    config: AwsConfig,
    sso: Sequence[SsoProfile],
    document: Document,
    groups: Mapping[ProfileName, str],
) -> tuple[Move, ...]:
    """Return the moves that leave no two groups of `sso` with one token, in file order.

    `groups` names the group of each profile. One that has its session to itself stays there.
    """
    named_by = _named_by(config, groups)
    moving = [p for p in sso if p.target.session is None or len(named_by[p.target.session]) > 1]
    names = _Names(config, _by_line(document), moving, groups, named_by)
    moves, added = [], set[SessionName]()
    for profile in moving:
        values = names.values(profile)
        name = names.of(profile)
        if name != profile.target.session:
            adds = name not in config.sessions and name not in added
            moves.append(Move(profile, name, values, adds))
            added.add(name)
    return tuple(moves)


def rewritten(config: AwsConfig, document: Document, moves: Sequence[Move]) -> Document:
    """Return `document`, the config file that `config` was read from, with `moves` made.

    Raises `NotIsolated` for a profile whose SSO settings are not in its own section of that
    file, and `EditRefused` for settings that cannot be written again (several lines long).
    """
    sections = _by_line(document)
    lines = list(document.lines)
    changes: list[Change] = []
    for move in moves:
        key = "sso_start_url" if move.profile.target.form is Form.LEGACY else "sso_session"
        section, entry = _own_entry(config, move.profile, key, sections)
        if move.profile.target.form is Form.LEGACY:
            lines[entry.first - 1] = _with_key(lines[entry.first - 1], entry.key, "sso_session")
            changes.append(RemoveKey(section, "sso_region"))
        changes.append(SetValue(section, "sso_session", move.session))
        if move.adds:
            header = header_for(SectionKind.SSO_SESSION, move.session)
            changes.append(AddSection(header, move.values, after=section))
    return apply(parse("".join(lines).encode("utf-8", "surrogateescape")), changes)


def _named_by(config: AwsConfig, groups: Mapping[ProfileName, str]) -> Mapping[str, set[_User]]:
    """By session: who names it. A profile that does not resolve is in no group.

    So a name that is mentioned and not defined is taken, too: defining it would revive a profile.
    """
    named_by: dict[str, set[_User]] = {}
    for name, profile in config.profiles.items():
        setting = profile.settings.get("sso_session")
        if setting is not None:
            user = _group(groups[name]) if name in groups else _User(name, resolves=False)
            named_by.setdefault(str(setting.value), set()).add(user)
    return named_by


class _Names:
    """Finds the session of each group: one that it has for itself, or a name that is free."""

    def __init__(
        self,
        config: AwsConfig,
        sections: _Sections,
        moving: Sequence[SsoProfile],
        groups: Mapping[ProfileName, str],
        named_by: Mapping[str, set[_User]],
    ) -> None:
        self._config = config
        self._sections = sections
        self._groups = groups
        # of a session that several name, all groups go
        self._users = {
            session: {user for user in users if len(users) == 1 or not user.resolves}
            for session, users in named_by.items()
        }
        # an [sso-session] of such a name would be taken for that of guarded profiles
        self._guarded = set(config.guard_sessions) | {
            profile.text(SESSION_KEY) for profile in config.profiles.values()
        }
        self._own: dict[_User, list[SessionName]] = {}
        for session, users in self._users.items():
            for user in users:
                self._own.setdefault(user, []).append(SessionName(session))
        self._from: dict[tuple[str, _Meaning], set[SessionName | None]] = {}
        for profile in moving:
            self._from.setdefault(self._key(profile), set()).add(profile.target.session)
        self._said: dict[SessionName, _Meaning] = {}
        self._chosen: dict[tuple[str, _Meaning], SessionName] = {}

    def values(self, profile: SsoProfile) -> _Values:
        """What the session of `profile` has to say, so that everything stays as it was."""
        return _values(self._config, profile, self._sections)

    def of(self, profile: SsoProfile) -> SessionName:
        """The session of `profile`: that of the others of its group, if it says the same."""
        key = self._key(profile)
        if key not in self._chosen:
            name = next(name for name in self._candidates(profile) if self._fits(name, key))
            self._chosen[key] = name
            self._said[name] = key[1]
            self._users.setdefault(name, set()).add(_group(key[0]))
        return self._chosen[key]

    def _key(self, profile: SsoProfile) -> tuple[str, _Meaning]:
        return self._groups[profile.name], _meaning(self.values(profile))

    def _candidates(self, profile: SsoProfile) -> Iterator[SessionName]:
        group = self._groups[profile.name]
        yield from self._own.get(_group(group), ())
        name = session_name(profile.target.start_url, group)
        yield name
        yield from (SessionName(f"{name}-{number}") for number in count(2))

    def _fits(self, name: SessionName, key: tuple[str, _Meaning]) -> bool:
        """Whether nobody else has the name, and a section of it can be added or says the same."""
        group, meaning = key
        if not self._users.get(name, set()) <= {_group(group)}:
            return False
        if name in self._said:
            return self._said[name] == meaning
        session = self._config.sessions.get(name)
        if session is None:
            return name not in self._guarded
        if self._from[key] == {name}:
            return True
        there = self._sections[session.line].entries
        return _meaning(tuple((entry.key, entry.value) for entry in there)) == meaning


def _values(config: AwsConfig, profile: SsoProfile, sections: _Sections) -> _Values:
    """Return what the profile's own session has to say, so that everything stays as it was."""
    own_scopes = config.profiles[profile.name].text(_SCOPES)
    scopes = (_SCOPES, own_scopes or ACCOUNT_ACCESS)
    if profile.target.session is None:
        target = profile.target
        return ("sso_region", target.region), ("sso_start_url", target.start_url), scopes
    shared = config.sessions[profile.target.session]
    copied = tuple((entry.key, entry.value) for entry in sections[shared.line].entries)
    return copied if _SCOPES in shared.settings else (*copied, scopes)


def _group(name: str) -> _User:
    return _User(name, resolves=True)


def _meaning(values: _Values) -> _Meaning:
    return frozenset((key.lower(), value) for key, value in values)


def _own_entry(
    config: AwsConfig, profile: SsoProfile, key: str, sections: _Sections
) -> tuple[Section, Entry]:
    setting = config.profiles[profile.name].settings[key]
    section = sections.get(profile.line)
    if section is not None and (profile.file, setting.file) == (config.files.config,) * 2:
        for entry in section.entries:
            if entry.first == setting.line:
                return section, entry
    header = header_for(SectionKind.PROFILE, profile.name)
    raise NotIsolated(
        profile.name,
        f"its {key} comes from {setting.place}",
        do=f"move that line to [{header}] in {config.files.config}, and run the command again",
    )


def _with_key(line: str, key: str, new: str) -> str:
    """The line with another key; indentation, delimiter and value stay."""
    indent = indent_of(line)
    return f"{indent}{new}{line[len(indent) + len(key) :]}"


def _by_line(document: Document) -> _Sections:
    return {section.line: section for section in document.sections}
