"""Each question: AWS's text, its default, and what is refused (spec/aws-cli.md §5.1)."""

from dataclasses import fields

import pytest

from sekisho.configure.questions import OPTIONS, Answers, Asker
from sekisho.errors import InputNeeded, UsageError
from sekisho.testing.interview import ScriptedInterview


def asking(*answers: str) -> Asker:
    return Asker(Answers(), ScriptedInterview(*answers))


def test_every_question_has_an_option() -> None:
    assert {field.name for field in fields(Answers)} == set(OPTIONS)


def test_a_session_of_the_profile_is_the_default() -> None:
    person = ScriptedInterview("")

    assert Asker(Answers(), person).session_name("hoge", ("fuga",), required=False) == "hoge"
    assert person.asked == ["SSO session name [hoge]:"]
    assert person.known == [("fuga",)]


def test_no_session_name_is_an_answer_only_where_it_is_not_required() -> None:
    assert asking("").session_name(None, (), required=False) == ""
    assert asking("", "hoge").session_name(None, (), required=True) == "hoge"


@pytest.mark.parametrize("url", ["bad url", "hoge", "https://", "ftp://hoge.awsapps.com", "https://[", "http://hoge.awsapps.com/start", "https://ho/\x1b"])  # fmt: skip
def test_what_is_no_start_url_is_asked_for_again(url: str) -> None:
    person = ScriptedInterview(url, "https://hoge.awsapps.com/start")

    assert Asker(Answers(), person).start_url(None) == "https://hoge.awsapps.com/start"
    assert person.said[0].startswith("Not a valid Start URL")


@pytest.mark.parametrize(
    "url",
    [
        "https://hoge.awsapps.com/start#/",
        "https://sso.example.com",
        "http://127.0.0.1:8765/start",
        "https://start.us-gov-home.awsapps.com/directory/hoge",
    ],
)
def test_a_start_url_is_kept_as_it_was_typed(url: str) -> None:
    assert asking(url).start_url(None) == url


def test_a_portal_needs_a_region() -> None:
    person = ScriptedInterview("", "us east", "us-east-1")

    assert Asker(Answers(), person).sso_region(None) == "us-east-1"
    assert person.said == [
        "A value is required",
        "us east is no Region: one is spelt like us-east-1",
    ]


DOUBT = "There is no Region ap-norteast-1 that sekisho knows; did you mean ap-northeast-1?"


def test_a_region_that_nobody_knows_is_warned_of_and_asked_for_again() -> None:
    person = ScriptedInterview("ap-norteast-1", "n", "ap-northeast-1")

    assert Asker(Answers(), person).client_region(None) == "ap-northeast-1"
    assert person.said == [DOUBT]
    assert person.asked[1:] == [
        "Use ap-norteast-1 all the same?",
        "Default client Region [None]:",
    ]


def test_a_region_that_nobody_knows_is_taken_by_a_yes_an_option_or_as_it_is() -> None:
    person = ScriptedInterview("ap-norteast-1", "y")
    given = ScriptedInterview()
    kept = ScriptedInterview("")

    assert Asker(Answers(), person).sso_region(None) == "ap-norteast-1"
    assert Asker(Answers(region="ap-norteast-1"), given).client_region(None) == "ap-norteast-1"
    assert given.said == [DOUBT]
    assert Asker(Answers(), kept).client_region("xx-new-1") == "xx-new-1"
    assert kept.said == []


@pytest.mark.parametrize("scopes", ["sso:account:access codewhisperer", "a,,b", ","])
def test_scopes_are_separated_by_commas(scopes: str) -> None:
    person = ScriptedInterview(scopes, "a, b")

    assert Asker(Answers(), person).scopes("sso:account:access") == "a, b"
    assert person.said == ["Scope values must be separated by commas"]


def test_a_region_is_no_output_format() -> None:
    person = ScriptedInterview("ap-northeast-1", "yaml-stream")

    assert Asker(Answers(), person).output_format(None) == "yaml-stream"
    assert person.said == [
        "ap-northeast-1 is no output format: there are json, yaml, yaml-stream, text, table, off"
    ]


def test_enter_keeps_what_the_profile_has() -> None:
    asker = asking("", "", "")

    assert asker.client_region("eu-west-1") == "eu-west-1"
    assert asker.output_format("json") == "json"
    assert asker.profile_name("Admin-1") == "Admin-1"


def test_an_option_is_an_answer_and_an_empty_one_is_enter() -> None:
    asker = Asker(Answers(region="", output="text", profile=" dev "), ScriptedInterview())

    assert asker.client_region("eu-west-1") == "eu-west-1"
    assert asker.output_format(None) == "text"
    assert asker.profile_name("Admin-1") == "dev"


def test_an_option_that_cannot_be_taken_is_named_with_its_value() -> None:
    with pytest.raises(UsageError, match="--output-format csv: csv is no output format"):
        Asker(Answers(output="csv"), ScriptedInterview()).output_format(None)
    with pytest.raises(UsageError, match="--sso-region : A value is required"):
        Asker(Answers(sso_region=""), ScriptedInterview()).sso_region(None)


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb"])
def test_a_name_that_no_header_can_hold_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="not allowed"):
        Asker(Answers(profile=name), ScriptedInterview()).profile_name("x")


def test_what_is_unanswered_is_known_before_it_is_asked() -> None:
    asker = Asker(Answers(region=""), ScriptedInterview())
    asker.refuse_unanswerable("region")

    with pytest.raises(InputNeeded) as refused:
        asker.refuse_unanswerable("region", "output")
    assert refused.value.do == "answer in advance: --output-format"
