"""What other programs read, held to what they accept."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.credentials import ProcessProvider

from sekisho.credentials.formats import process_json
from sekisho.secret import Secret


def test_the_process_form_is_one_line_of_json_in_the_documented_order(
    make_credentials: Any,
) -> None:
    line = process_json(make_credentials())

    assert line == (
        '{"Version": 1, "AccessKeyId": "ASIAFAKE1", "SecretAccessKey": "fakesecret of ASIAFAKE1", '
        '"SessionToken": "FAKESESSION of ASIAFAKE1", "Expiration": "2026-11-22T10:00:00Z", '
        '"AccountId": "1234567891011"}'
    )


@pytest.mark.parametrize("secret", ['quote " and \\', "a\nb", "関所", "\x7f"])
def test_whatever_a_secret_holds_it_stays_one_line(make_credentials: Any, secret: str) -> None:
    line = process_json(replace(make_credentials(), secret_access_key=Secret(secret)))

    assert "\n" not in line
    assert json.loads(line)["SecretAccessKey"] == secret


def test_botocore_accepts_the_process_form(make_credentials: Any) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    line = process_json(replace(make_credentials(), expires_at=soon))

    class Answered:
        returncode = 0

        def communicate(self) -> tuple[bytes, bytes]:
            return line.encode(), b""

    config = {"profiles": {"dev": {"credential_process": "sekisho"}}}
    provider = ProcessProvider("dev", lambda: config, popen=lambda *_, **__: Answered())
    credentials = provider.load()

    assert credentials.access_key == "ASIAFAKE1"
    assert credentials.token == "FAKESESSION of ASIAFAKE1"
    assert credentials.account_id == "1234567891011"
