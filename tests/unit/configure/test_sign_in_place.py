"""Where the wizard signs in to, and the sso-session that it may write alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, interpret
from sekisho.configure.questions import Answers, Asker
from sekisho.configure.sign_in_place import ask_place
from sekisho.configure.wizard import Pen, configure_sso_session
from sekisho.configure.write_plan import Edit, Snapshot
from sekisho.errors import UsageError
from sekisho.model import ProfileName
from sekisho.testing.http import ScriptedHttp
from sekisho.testing.interview import ScriptedInterview
from sekisho.wire.http import Headers, Response

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
HOGE = b"""\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
OURS = "https://sso.example.com"


def config(text: bytes = b"") -> AwsConfig:
    return interpret(text, None, FILES)


def leads_to(location: str) -> Response:
    return Response(302, Headers({"Location": location}))


def test_a_companys_own_start_url_answers_the_question_for_the_region() -> None:
    person = ScriptedInterview("hoge", OURS, "")
    http = ScriptedHttp(leads_to("https://ssoins-1.portal.eu-west-1.app.aws/start"))
    place = ask_place(config(), None, Asker(Answers(), person), http)

    assert (place.target.start_url, place.target.region) == (OURS, "eu-west-1")
    assert "SSO region [None]:" not in person.asked


def test_where_it_leads_nowhere_that_is_said_and_the_region_asked_for() -> None:
    person = ScriptedInterview("hoge", OURS, "us-east-1", "")
    place = ask_place(
        config(), None, Asker(Answers(), person), ScriptedHttp(leads_to("https://example.com"))
    )

    assert place.target.region == "us-east-1"
    assert person.said[0].startswith(f"Could not resolve start URL '{OURS}'")


def test_a_host_of_awss_that_names_its_region_proposes_it() -> None:
    person = ScriptedInterview("hoge", "https://ssoins-1.portal.eu-west-1.app.aws", "", "")
    place = ask_place(config(), None, Asker(Answers(), person), ScriptedHttp())

    assert place.target.region == "eu-west-1"
    assert "SSO region [eu-west-1]:" in person.asked


def test_a_session_that_lacks_its_region_is_asked_for_that_alone() -> None:
    text = b"[sso-session hoge]\nsso_start_url = https://hoge.awsapps.com/start\n"
    person = ScriptedInterview("hoge", "us-east-1")
    place = ask_place(config(text), None, Asker(Answers(), person), ScriptedHttp())

    assert person.asked == ["SSO session name (Recommended):", "SSO region [None]:"]
    assert (place.is_new, place.scopes, place.target.scopes) == (False, "", None)


def test_the_profile_as_it_is_gives_the_defaults() -> None:
    before = config(
        b"[profile dev]\nsso_start_url = https://fuga.awsapps.com/start\nsso_region = eu-west-1\n"
    )
    person = ScriptedInterview("fuga", "", "", "")
    place = ask_place(
        before, before.profiles[ProfileName("dev")], Asker(Answers(), person), ScriptedHttp()
    )

    assert person.asked[1:] == [
        "SSO start URL [https://fuga.awsapps.com/start]:",
        "SSO region [eu-west-1]:",
        "SSO registration scopes [sso:account:access]:",
    ]
    assert (place.target.session, place.target.scopes) == ("fuga", ("sso:account:access",))


def session_wizard(
    before: bytes | None, *answers: str, script: tuple[Response, ...] = ()
) -> tuple[ScriptedInterview, list[Edit]]:
    person, written = ScriptedInterview(*answers), list[Edit]()

    def write(edit: Edit, _anew: Callable[[], Edit]) -> Edit:
        written.append(edit)
        return edit

    pen = Pen(lambda: Snapshot(FILES, before, None), lambda _diff: None, write)
    asker = Asker(Answers(), person)
    configure_sso_session(asker, pen, ScriptedHttp(*script), no_input=False)
    return person, written


def test_a_session_alone_is_asked_for_as_the_aws_cli_does() -> None:
    person, written = session_wizard(
        None, "hoge", "https://hoge.awsapps.com/start", "us-east-1", ""
    )

    assert person.asked == [
        "SSO session name:",
        "SSO start URL [None]:",
        "SSO region [None]:",
        "SSO registration scopes [sso:account:access]:",
    ]
    assert [edit.after for edit in written] == [HOGE]


def test_a_session_that_is_there_gives_the_defaults_and_enter_changes_nothing() -> None:
    person, written = session_wizard(HOGE, "hoge", "", "", "")

    assert person.asked[1:] == [
        "SSO start URL [https://hoge.awsapps.com/start]:",
        "SSO region [us-east-1]:",
        "SSO registration scopes [sso:account:access]:",
    ]
    assert written == []


def test_a_no_writes_nothing() -> None:
    with pytest.raises(UsageError, match="nothing was written: you said no"):
        session_wizard(HOGE, "hoge", "", "eu-west-1", "", "n")


def test_a_companys_own_start_url_names_the_region_of_a_session_alone_too() -> None:
    answer = leads_to("https://ssoins-1.portal.eu-west-1.app.aws/start")
    _, written = session_wizard(None, "hoge", OURS, "", script=(answer,))

    assert b"sso_region = eu-west-1\n" in written[0].after
