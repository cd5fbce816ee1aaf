from pathlib import Path

from sekisho.awsconfig.diff import unified_diff
from sekisho.cli.show.diff import painted_diff

BEFORE = b"""\
[profile dev]
aws_access_key_id = FAKEKEYID
aws_secret_access_key = FAKESECRET
sso_region = us-east-1
  aws_session_token = FAKETOKEN\r
#aws_secret_access_key=FAKEOLDSECRET
"""


def _painted(after: bytes, color: str = "never") -> str:
    return painted_diff(unified_diff(BEFORE, after, Path("config")), color=color)


def test_a_diff_shows_the_change_and_no_secret_around_it() -> None:
    diff = _painted(BEFORE.replace(b"us-east-1", b"eu-west-1"))

    assert "-sso_region = us-east-1\n+sso_region = eu-west-1\n" in diff
    assert " aws_secret_access_key = ****\n" in diff
    assert "FAKE" not in diff


def test_what_goes_is_red_and_what_comes_is_green() -> None:
    diff = _painted(BEFORE.replace(b"us-east-1", b"eu-west-1"), color="always")

    assert "\x1b[31m\x1b[1m-sso_region = us-east-1\x1b[0m\n" in diff
    assert "\x1b[32m+sso_region = eu-west-1\x1b[0m\n" in diff
