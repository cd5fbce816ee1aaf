"""Which profiles move to which sso-session, and the lines that it takes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from sekisho.awsconfig.document import Document, Entry, Section, SectionKind, indent_of, parse
from sekisho.awsconfig.edit import AddSection, Change, RemoveKey, SetValue, apply, header_for
from sekisho.awsconfig.profiles import AwsConfig, Setting, SsoProfile
from sekisho.configure.session_names import session_name
from sekisho.errors import NotIsolated
from sekisho.model import Form, SessionName

__all__ = ["ACCOUNT_ACCESS", "Move", "plan_moves", "rewritten"]

ACCOUNT_ACCESS = "sso:account:access"
"""The scope that role credentials take; what AWS's wizard writes when it is not told otherwise."""
_SCOPES = "sso_registration_scopes"

_Values = tuple[tuple[str, str], ...]
_Sections = Mapping[int, Section]
"""By the line of the header: of two sections for one profile, only the effective one is found."""


@dataclass(frozen=True, slots=True)
class Move:
    """One profile, and the sso-session that it is to have for itself."""

    profile: SsoProfile
    """As it was before."""
    session: SessionName
    values: _Values
    """The settings of the section to add; none when the section is there already."""


def plan_moves(
    config: AwsConfig, sso: Sequence[SsoProfile], document: Document
) -> tuple[Move, ...]:
    """Return the moves that leave each profile of `sso` alone with its token, in file order."""
    named_by = Counter(str(s.value) for s in _session_settings(config).values())
    moving = [p for p in sso if p.target.session is None or named_by[p.target.session] > 1]
    named_by.subtract(p.target.session for p in moving if p.target.session is not None)
    # a name that is mentioned and not defined is taken too: defining it would revive a profile
    taken = {SessionName(name) for name, mentions in named_by.items() if mentions > 0}
    sections = _by_line(document)
    moves = []
    for profile in moving:
        values = _values(config, profile, sections)
        name = next(
            name
            for name in _candidates(profile)
            if name not in taken and _may_be_used(name, profile, values, config, sections)
        )
        taken.add(name)
        if name != profile.target.session:
            moves.append(Move(profile, name, () if name in config.sessions else values))
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
        if move.values:
            header = header_for(SectionKind.SSO_SESSION, move.session)
            changes.append(AddSection(header, move.values, after=section))
    return apply(parse("".join(lines).encode("utf-8", "surrogateescape")), changes)


def _session_settings(config: AwsConfig) -> Mapping[str, Setting]:
    found = ((name, p.settings.get("sso_session")) for name, p in config.profiles.items())
    return {name: setting for name, setting in found if setting is not None}


def _candidates(profile: SsoProfile) -> Iterator[SessionName]:
    name = session_name(profile.target.start_url, profile.name)
    yield name
    yield from (SessionName(f"{name}-{number}") for number in count(2))


def _may_be_used(
    name: SessionName, profile: SsoProfile, values: _Values, config: AwsConfig, sections: _Sections
) -> bool:
    """Whether a section of this name can be added, or is the right one as it stands."""
    session = config.sessions.get(name)
    if session is None or name == profile.target.session:
        return True
    there = {entry.name: entry.value for entry in sections[session.line].entries}
    return there == {key.lower(): value for key, value in values}


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
