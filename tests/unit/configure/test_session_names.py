"""What a profile's own session is called."""

import pytest

from sekisho.awsconfig.document import SectionKind, parse
from sekisho.awsconfig.edit import header_for
from sekisho.configure.session_names import session_name
from sekisho.model import ProfileName, StartUrl

HOGE = "https://hoge.awsapps.com/start"


@pytest.mark.parametrize(
    "url, profile, name",
    [
        (HOGE, "dev", "hoge-dev"),
        (HOGE, "stg", "hoge-stg"),
        (HOGE, "hoge-dev", "hoge-dev"),
        (HOGE, "hoge_dev", "hoge_dev"),
        (HOGE, "hoge", "hoge"),
        (HOGE, "hogehoge", "hoge-hogehoge"),
        (HOGE, "my dev (old)", "hoge-my-dev-old"),
        (HOGE, "123/Admin:x", "hoge-123-Admin-x"),
        (HOGE, "本番", "hoge-本番"),
        (HOGE, "//", "hoge-profile"),
        ("https://d-92670a1b2c.awsapps.com/start", "dev", "d-92670a1b2c-dev"),
        ("https://start.us-gov-home.awsapps.com/directory/hoge", "dev", "hoge-dev"),
        ("http://127.0.0.1:8765/start", "dev", "dev"),
    ],
)
def test_a_session_is_named_after_portal_and_profile(url: str, profile: str, name: str) -> None:
    assert session_name(StartUrl(url), ProfileName(profile)) == name


@pytest.mark.parametrize("profile", ["a b", 'a"b', "a'b", "a\\b", "a]b", "a#b", "[a", "\t", ""])
def test_a_session_name_needs_no_quotes_in_its_header(profile: str) -> None:
    name = session_name(StartUrl(HOGE), ProfileName(profile))

    header = header_for(SectionKind.SSO_SESSION, name)
    assert header == f"sso-session {name}"
    assert parse(f"[{header}]\n".encode()).sections[0].name == name
