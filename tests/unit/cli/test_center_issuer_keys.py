from pathlib import Path

import pytest

from tests.unit.cli.conftest import CommandLine

IDP = "https://idp.example.com"


@pytest.mark.parametrize("given", ["keys.json", f"{IDP}=", "idp.example.com=keys.json", "=k.json"])
def test_the_option_says_whose_keys_are_where(sekisho: CommandLine, given: str) -> None:
    run = sekisho("center", "serve", "--token-issuer-keys", given)

    assert run.status == 2
    assert f"--token-issuer-keys {given} does not say whose keys are where" in run.err
    assert "write it as --token-issuer-keys https://idp.example.com=FILE" in run.err


def test_one_issuer_has_one_file(sekisho: CommandLine) -> None:
    twice = [part for name in ("a", "b") for part in ("--token-issuer-keys", f"{IDP}={name}.json")]
    run = sekisho("center", "serve", *twice)

    assert run.status == 2
    assert "put all of its keys into one file" in run.err


def test_a_file_that_is_no_key_set_is_refused_before_anything_is_served(
    sekisho: CommandLine, tmp_path: Path
) -> None:
    keys = tmp_path / "idp-keys.json"
    keys.write_text("nothing", encoding="utf-8")
    run = sekisho("center", "serve", "--port", "0", "--token-issuer-keys", f"{IDP}={keys}")

    assert run.status == 2
    assert "is no file of a token issuer's keys" in run.err
    assert "jwks_uri" in run.err
    assert "center ready" not in run.out
