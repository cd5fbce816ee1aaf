"""What keeps a profile from being guarded: whatever else would win in some AWS tool.

So nothing else may be there, and what is to be changed has to stand in the profile's own section.
"""

from collections.abc import Sequence

from sekisho.awsconfig.document import Document, Section, SectionKind
from sekisho.awsconfig.edit import header_for
from sekisho.awsconfig.guarded import GUARD_KEYS, NATIVE_KEYS
from sekisho.awsconfig.process_command import PROCESS_KEY, asked_for
from sekisho.awsconfig.profiles import AwsConfig, GuardedProfile, Profile, SsoProfile
from sekisho.awsconfig.winners import OTHER_WINNERS
from sekisho.errors import NotGuarded
from sekisho.model import ProfileName

__all__ = ["sections_of"]


def sections_of(
    config: AwsConfig, document: Document, profiles: Sequence[SsoProfile | GuardedProfile]
) -> dict[ProfileName, Section]:
    """Return the section that each of `profiles` has to itself, and that nothing wins over.

    `document` is the config file that `config` was read from. Raises `NotGuarded` for the first
    profile that would not get its credentials from sekisho alone.
    """
    by_name: dict[ProfileName, list[Section]] = {}
    for section in document.sections:
        if section.kind in (SectionKind.PROFILE, SectionKind.DEFAULT) and section.name:
            by_name.setdefault(ProfileName(section.name), []).append(section)
    found = {}
    for each in profiles:
        profile, sections = config.profiles[each.name], by_name.get(each.name, [])
        _refuse_winners(profile)
        if isinstance(each, SsoProfile):
            _refuse_another_process(profile)
        _refuse_other_places(config, profile, sections)
        found[each.name] = sections[0]
    return found


def _refuse_winners(profile: Profile) -> None:
    for key, why in OTHER_WINNERS.items():
        if key in profile.settings:
            raise _in_the_way(profile, key, why)


def _refuse_another_process(profile: Profile) -> None:
    process = profile.text(PROCESS_KEY)
    asked = asked_for(process or "")
    if process and not (asked and asked.is_sekisho and asked.profile == profile.name):
        raise _in_the_way(profile, PROCESS_KEY, "it asks another program")


def _refuse_other_places(config: AwsConfig, profile: Profile, sections: list[Section]) -> None:
    """What is to be changed stands in one section of the config file, or it could come back."""
    if len(sections) > 1:
        hidden, shown = sections[0], sections[-1]
        raise NotGuarded(
            profile.name,
            f"{config.files.config}:{hidden.line}: [{hidden.header}] is the same profile, hidden "
            f"behind [{shown.header}]; some SDKs read both",
            do=f"remove the one that is not meant, at line {hidden.line} or {shown.line}",
        )
    lines = {entry.first for section in sections for entry in section.entries}
    for key in (*NATIVE_KEYS, *GUARD_KEYS, PROCESS_KEY):
        setting = profile.settings.get(key)
        if setting is None:
            continue
        if setting.file != config.files.config or setting.line not in lines:
            raise NotGuarded(
                profile.name,
                f"its {key} comes from {setting.place}",
                do=f"move that line to [{header_for(SectionKind.PROFILE, profile.name)}] in "
                f"{config.files.config}, and run the command again",
            )


def _in_the_way(profile: Profile, key: str, why: str) -> NotGuarded:
    setting = profile.settings[key]
    return NotGuarded(
        profile.name,
        f"{setting.place}: {key}: {why}",
        do=f"take line {setting.line} out of {setting.file}, or leave the profile out: name the "
        "others with --profile",
    )
