"""The lines that a profile takes to be guarded.

    sso_session = hoge                  credential_process = "/…/sekisho" credential-process …
    sso_account_id = 123456789012  →    sekisho_sso_session = hoge
    sso_role_name = ReadOnlyAccess      sekisho_account_id = 123456789012
                                        sekisho_role_name = ReadOnlyAccess

In the legacy form the line of `sso_start_url` becomes that of the session, and `sso_region` goes.
"""

from collections.abc import Iterator, Mapping, Sequence

from sekisho.awsconfig.document import Document, Section, SectionKind, indent_of, parse
from sekisho.awsconfig.edit import (
    AddSection,
    Change,
    RemoveKey,
    RenameKey,
    SetValue,
    apply,
    header_for,
    line_ending,
)
from sekisho.awsconfig.guarded import (
    ACCOUNT_KEY,
    DELIVERY_KEY,
    GUARD_KEYS,
    NATIVE_KEYS,
    ROLE_KEY,
    SESSION_KEY,
)
from sekisho.awsconfig.process_command import PROCESS_KEY, process_command
from sekisho.awsconfig.profiles import GuardedProfile, SsoProfile
from sekisho.configure.guard_sessions import ChosenSession
from sekisho.model import Delivery, Form, ProfileName

__all__ = ["guarded", "retold"]

_Sections = Mapping[ProfileName, Section]
"""The section of each profile, as it was in the file that was read."""


def guarded(
    document: Document,
    profiles: Sequence[SsoProfile],
    sections: _Sections,
    sessions: Mapping[ProfileName, ChosenSession],
    delivery: Delivery,
    program: str,
) -> Document:
    """Return `document` with `profiles` guarded, each in the session that `sessions` has for it.

    Raises `EditRefused` for settings that cannot be written again.
    """
    renames = [
        change for profile in profiles for change in _renames(profile, sections[profile.name])
    ]
    document = apply(document, renames)
    changes: list[Change] = []
    for profile in profiles:
        section, session = sections[profile.name], sessions[profile.name]
        changes.append(SetValue(section, SESSION_KEY, session.name))
        if session.values is not None:
            header = header_for(SectionKind.SEKISHO_SESSION, session.name)
            changes.append(AddSection(header, session.values, after=section))
    document = apply(document, changes)
    return _with_process(document, profiles, sections, delivery, program)


def retold(
    document: Document,
    profiles: Sequence[GuardedProfile],
    sections: _Sections,
    delivery: Delivery,
    program: str,
) -> Document:
    """Return `document` with another `delivery` and `program` for profiles that are guarded.

    Raises `EditRefused` for a setting that cannot be written again.
    """
    changes: list[Change] = []
    for profile in profiles:
        section = sections[profile.name]
        changes.append(SetValue(section, PROCESS_KEY, process_command(program, profile.name)))
        if delivery is not profile.delivery:
            changes.append(
                SetValue(section, DELIVERY_KEY, delivery)
                if delivery is Delivery.SEALED
                else RemoveKey(section, DELIVERY_KEY)
            )
    return apply(document, changes)


def _renames(profile: SsoProfile, section: Section) -> Iterator[Change]:
    """Sekisho's own keys take the lines of the SSO keys; what has no such line goes."""
    for key in GUARD_KEYS:
        yield RemoveKey(section, key)  # what an earlier attempt by hand has left
    session = "sso_start_url" if profile.target.form is Form.LEGACY else "sso_session"
    renamed = {session: SESSION_KEY, "sso_account_id": ACCOUNT_KEY, "sso_role_name": ROLE_KEY}
    for key in NATIVE_KEYS:
        yield RenameKey(section, key, renamed[key]) if key in renamed else RemoveKey(section, key)


def _with_process(
    document: Document,
    profiles: Sequence[SsoProfile],
    sections: _Sections,
    delivery: Delivery,
    program: str,
) -> Document:
    """Put `credential_process`, and what else is new, above the first of sekisho's keys."""
    there = {section.header: section for section in document.sections}
    lines = list(document.lines)
    changes: list[Change] = []
    for profile in profiles:
        section = there[sections[profile.name].header]
        process = process_command(program, profile.name)
        new = [f"{DELIVERY_KEY} = {delivery}"] if delivery is Delivery.SEALED else []
        if any(entry.name == PROCESS_KEY for entry in section.entries):
            changes.append(SetValue(section, PROCESS_KEY, process))
        else:
            new.insert(0, f"{PROCESS_KEY} = {process}")
        first = min(entry.first for entry in section.entries if entry.name in GUARD_KEYS)
        line = lines[first - 1]
        indent, ending = indent_of(line), line_ending(document, first)
        lines[first - 1] = "".join(f"{indent}{each}{ending}" for each in new) + line
    return apply(parse("".join(lines).encode("utf-8", "surrogateescape")), changes)
