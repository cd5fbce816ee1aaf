"""What `sekisho export` prints, against recordings of the AWS CLI 2.36.7 and what it must refuse."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sekisho.credentials.formats import FORMATS
from sekisho.errors import NotExportable
from sekisho.model import RoleCredentials
from sekisho.secret import Secret

AWS_CLI = {
    "env": """\
export AWS_ACCESS_KEY_ID=ASIAFAKE00000004
export AWS_SECRET_ACCESS_KEY=secret/4+
export AWS_SESSION_TOKEN=SESSION/TOKEN+4==
export AWS_CREDENTIAL_EXPIRATION=2026-11-22T06:29:42+00:00
""",
    "env-no-export": """\
AWS_ACCESS_KEY_ID=ASIAFAKE00000004
AWS_SECRET_ACCESS_KEY=secret/4+
AWS_SESSION_TOKEN=SESSION/TOKEN+4==
AWS_CREDENTIAL_EXPIRATION=2026-11-22T06:29:42+00:00
""",
    "process": """\
{
  "Version": 1,
  "AccessKeyId": "ASIAFAKE00000004",
  "SecretAccessKey": "secret/4+",
  "SessionToken": "SESSION/TOKEN+4==",
  "Expiration": "2026-11-22T06:29:42+00:00"
}
""",
    "powershell": """\
$Env:AWS_ACCESS_KEY_ID="ASIAFAKE00000004"
$Env:AWS_SECRET_ACCESS_KEY="secret/4+"
$Env:AWS_SESSION_TOKEN="SESSION/TOKEN+4=="
$Env:AWS_CREDENTIAL_EXPIRATION="2026-11-22T06:29:42+00:00"
""",
    "windows-cmd": """\
set AWS_ACCESS_KEY_ID=ASIAFAKE00000004
set AWS_SECRET_ACCESS_KEY=secret/4+
set AWS_SESSION_TOKEN=SESSION/TOKEN+4==
set AWS_CREDENTIAL_EXPIRATION=2026-11-22T06:29:42+00:00
""",
    "fish": """\
set -gx AWS_ACCESS_KEY_ID "ASIAFAKE00000004"
set -gx AWS_SECRET_ACCESS_KEY "secret/4+"
set -gx AWS_SESSION_TOKEN "SESSION/TOKEN+4=="
set -gx AWS_CREDENTIAL_EXPIRATION "2026-11-22T06:29:42+00:00"
""",
}
"""By format: `aws configure export-credentials`, as recorded, its fake values made as AWS's look."""


@pytest.fixture
def credentials(make_credentials: Any) -> RoleCredentials:
    made: RoleCredentials = make_credentials("ASIAFAKE00000004")
    return replace(
        made,
        secret_access_key=Secret("secret/4+"),
        session_token=Secret("SESSION/TOKEN+4=="),
        expires_at=datetime(2026, 11, 22, 6, 29, 42, 999_999, UTC),
    )


@pytest.mark.parametrize("form", AWS_CLI)
def test_what_aws_issues_is_spelt_byte_for_byte_as_the_aws_cli_does(
    credentials: RoleCredentials, form: str
) -> None:
    assert FORMATS[form](credentials) == AWS_CLI[form]


def test_dotenv_needs_no_quotes_for_what_aws_issues(credentials: RoleCredentials) -> None:
    assert FORMATS["dotenv"](credentials) == AWS_CLI["env-no-export"]


def test_nushell_gets_a_record(credentials: RoleCredentials) -> None:
    line = FORMATS["nushell"](credentials)

    assert line.count("\n") == 1
    assert json.loads(line) == {
        "AWS_ACCESS_KEY_ID": "ASIAFAKE00000004",
        "AWS_SECRET_ACCESS_KEY": "secret/4+",
        "AWS_SESSION_TOKEN": "SESSION/TOKEN+4==",
        "AWS_CREDENTIAL_EXPIRATION": "2026-11-22T06:29:42+00:00",
    }


@pytest.mark.parametrize(
    "form, value, line",
    [
        ("env", "$(id) 'x'", r"export AWS_SESSION_TOKEN='$(id) '\''x'\'''"),
        ("env", "=ls", "export AWS_SESSION_TOKEN='=ls'"),
        ("env", "a:=ls", "export AWS_SESSION_TOKEN='a:=ls'"),
        ("env", "~", "export AWS_SESSION_TOKEN='~'"),
        ("env", "", "export AWS_SESSION_TOKEN=''"),
        ("powershell", '$(id)"`', '$Env:AWS_SESSION_TOKEN="`$(id)`"``"'),
        ("powershell", "a\r\nb", '$Env:AWS_SESSION_TOKEN="a`r`nb"'),
        ("powershell", "”; id", '$Env:AWS_SESSION_TOKEN="`”; id"'),
        ("windows-cmd", "a & b", 'set "AWS_SESSION_TOKEN=a & b"'),
        ("fish", '$x (id) "\\', r'set -gx AWS_SESSION_TOKEN "\$x (id) \"\\"'),
        ("fish", "a\nb", r'set -gx AWS_SESSION_TOKEN "a"\n"b"'),
        ("dotenv", "a #$x", "AWS_SESSION_TOKEN='a #$x'"),
        ("dotenv", "it's\n\"", r'AWS_SESSION_TOKEN="it' + "'" + r's\n\""'),
    ],
)
def test_what_a_shell_would_run_is_quoted(
    credentials: RoleCredentials, form: str, value: str, line: str
) -> None:
    text = FORMATS[form](replace(credentials, session_token=Secret(value)))

    assert text.split("\n")[2] == line


@pytest.mark.parametrize(
    "form, value",
    [
        *((form, "a\0b") for form in FORMATS if form != "process"),
        *(("windows-cmd", value) for value in ('"', "%PATH%", "!x!", "a\nb", "a\rb")),
        *(("dotenv", value) for value in ("'$x", "\\`id`", "${x}")),
    ],
)
def test_what_a_format_cannot_spell_is_refused_without_showing_it(
    credentials: RoleCredentials, form: str, value: str
) -> None:
    with pytest.raises(NotExportable) as refusal:
        FORMATS[form](replace(credentials, session_token=Secret(value)))

    assert refusal.value.what == (
        f"AWS_SESSION_TOKEN has a character in it that the format {form} cannot spell safely"
    )
