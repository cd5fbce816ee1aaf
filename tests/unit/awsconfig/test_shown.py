import pytest

from sekisho.awsconfig.shown import shown


@pytest.mark.parametrize(
    ("line", "as_shown"),
    [
        ("sso_account_id = 1234 # dev", "sso_account_id = 1234 # dev"),
        ("  Region: us-east-1", "  Region: us-east-1"),
        ("aws_secret_access_key = FAKE", "aws_secret_access_key = ****"),
        ("credential_process=tool --password FAKE", "credential_process=****"),
        ("aws_session_token =", "aws_session_token ="),
        ("key FAKEFAKEFAKEFAKEFAKE", "key ****"),
        ("[profile dev]", "[profile dev]"),
        ("# the tokens of dev lie there", "# the tokens of dev lie there"),
        ("; old: aws_secret_access_key = FAKE", "; old: aws_secret_access_key = ****"),
        ("#AWS_SESSION_TOKEN:FAKE", "#AWS_SESSION_TOKEN:****"),
        ("", ""),
        ("name = \udcff", "name = ****"),
        ("region = \udcff", "region = \ufffd"),
    ],
)
def test_a_line_is_shown_without_what_may_be_a_secret(line: str, as_shown: str) -> None:
    assert shown(line) == as_shown


@pytest.mark.parametrize("line", ["a{}", "a = b{}c", "a{}= b", "{}a", "#token{}"])
def test_a_line_of_many_blanks_is_read_in_no_time_to_speak_of(line: str) -> None:
    spread = line.format(" " * 1_000_000)

    assert shown(spread).startswith(line[0].strip("{"))
