"""`sekisho center user invite`, as an operator types it."""

from tests.unit.cli.conftest import CommandLine


def test_the_link_is_all_of_stdout(sekisho: CommandLine) -> None:
    sekisho("center", "user", "add", "nene", "--generate-password")
    run = sekisho("center", "user", "invite", "nene", "--url", "https://sso.example.com/")

    assert run.status == 0, run.err
    assert run.out.startswith("https://sso.example.com/invitation?code=sks_iv_")
    assert run.out.count("\n") == 1
    assert "sks_iv_" not in run.err
    assert "72 hours" in run.err


def test_somebody_who_is_not_there_is_not_invited(sekisho: CommandLine) -> None:
    sekisho("center", "user", "add", "nene", "--generate-password")
    run = sekisho("center", "user", "invite", "nenne")

    assert run.status == 2
    assert 'did you mean "nene"?' in run.err
