"""Where a setting stands, found among many sections."""

from pathlib import Path

from sekisho.awsconfig.document import parse
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import interpret, sso_profiles
from sekisho.lint.subject import Source, Subject, texts_of
from sekisho.model import ProfileName
from sekisho.reach.policy import NO_POLICY

CONFIG = """\
# a comment of nobody's
[DEFAULT]
output = json

[profile a]
region = us-east-1
# between
[profile b]
s3 =
  addressing_style = path
region = eu-west-1

[plugins]
"""


def _subject() -> Subject:
    files = ConfigFiles(Path("config"), Path("credentials"))
    facts = interpret(CONFIG.encode(), None, files)
    config, credentials = (
        Source(path, parse(data), (), None)
        for path, data in ((files.config, CONFIG.encode()), (files.credentials, b""))
    )
    return Subject(
        config, credentials, facts, texts_of(facts), sso_profiles(facts), None, NO_POLICY
    )


def test_a_setting_stands_in_the_section_above_it() -> None:
    subject = _subject()

    found = {
        (name, key): section.name if (section := subject.section_of(setting)) else None
        for name, profile in subject.facts.profiles.items()
        for key, setting in profile.settings.items()
    }

    assert found == {
        ("a", "output"): None,  # it is of [DEFAULT], which speaks to all
        ("a", "region"): "a",
        ("b", "output"): None,
        ("b", "s3"): "b",
        ("b", "region"): "b",
    }


def test_a_section_is_found_by_its_header() -> None:
    subject = _subject()
    section = subject.section_at(subject.facts.profiles[ProfileName("b")])

    assert section is not None
    assert (section.name, section.line) == ("b", 8)
