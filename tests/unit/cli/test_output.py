"""The output forms, held against what the AWS CLI itself makes of the same answer."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sekisho.cli.show.output import show, wanted_format
from sekisho.errors import UsageError
from tests.unit.cli.conftest import Service

ANSWER = {
    "UserId": "AROAFAKEFAKEFAKEFAKE0:hoge@hoge.com",
    "Account": "123456789012",
    "Arn": "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/h@h.com",
}
XML = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>{Arn}</Arn><UserId>{UserId}</UserId><Account>{Account}</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>"""


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ("json", None),
        ("json", "{z: Account, a: [Arn, UserId]}"),
        ("json", "Nope"),
        ("text", None),
        ("text", "Account"),
        ("text", "[[Account], [Arn, UserId]]"),
        ("text", "Nope"),
        ("text", "{who: UserId, where: {id: Account, all: [{id: UserId}], more: [Arn]}}"),
        ("text", "[{a: Account}, {b: Arn, a: UserId, c: [Arn]}]"),
        ("text", "[Arn, [Account, [UserId]], Nope]"),
        ("text", "{none: Nope, list: [Arn, Account]}"),
        ("text", "[]"),
        ("table", None),
        ("table", "[Account]"),
        ("table", "[Account, Arn]"),
        ("table", "[[Account, UserId], [UserId, Account]]"),
        ("table", "{a: Account, b: UserId}"),
        ("table", "{a: Account}"),
    ],
)
def test_each_form_is_the_aws_clis_own(
    service: Service, tmp_path: Path, form: str, query: str | None
) -> None:
    service.status, service.body = 200, XML.format(**ANSWER).encode()

    theirs = _ask_the_aws_cli(service, tmp_path, "--output", form, *_query(query))

    assert show(ANSWER, form, query=query, title="GetCallerIdentity") == theirs


def test_a_lone_scalar_is_in_its_table() -> None:
    assert "|  123456789012   |\n" in show(
        ANSWER, "table", query="Account", title="GetCallerIdentity"
    )


def test_a_table_has_what_is_nested_as_json_in_its_cell() -> None:
    assert '|  [{"a": "123456789012"}]  |' in show(
        ANSWER, "table", query="{who: [{a: Account}], b: Account}", title="T"
    )


def test_yaml_quotes_the_account_as_the_aws_cli_does() -> None:
    shown = show(ANSWER, "yaml", query=None, title="GetCallerIdentity")

    assert shown.startswith("Account: '123456789012'\nArn: arn:aws:sts::")


def test_a_bad_query_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="Bad value for --query"):
        show(ANSWER, "json", query="[", title="")


@pytest.mark.parametrize(
    ("option", "variable", "configured", "form"),
    [
        ("text", "table", "yaml", "text"),
        (None, "table", "yaml", "table"),
        (None, None, "yaml", "yaml"),
        (None, None, None, "json"),
        (None, None, "ap-northeast-1", "json"),
    ],
)
def test_the_form_comes_from_the_option_the_environment_the_profile_in_this_order(
    option: str | None, variable: str | None, configured: str | None, form: str
) -> None:
    environ = {"AWS_DEFAULT_OUTPUT": variable} if variable else {}

    assert wanted_format(option, environ, configured) == form


def test_json_is_json() -> None:
    assert json.loads(show(ANSWER, "json", query=None, title="")) == ANSWER


def _query(query: str | None) -> tuple[str, ...]:
    return () if query is None else ("--query", query)


def _ask_the_aws_cli(service: Service, home: Path, *options: str) -> str:
    program = os.environ.get("SEKISHO_AWS_CLI") or shutil.which("aws")
    assert program, "there is no AWS CLI; run the tests by `./dev test`"
    return subprocess.run(
        [program, "sts", "get-caller-identity", *options],
        env={
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL_STS": service.url,
            "AWS_ACCESS_KEY_ID": "ASIAFAKEFAKEFAKEFAKE",
            "AWS_SECRET_ACCESS_KEY": "fake",
            "AWS_DEFAULT_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
        },
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
