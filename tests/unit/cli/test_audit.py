"""`sekisho audit`, on a log that is written as the agent writes it."""

import json
from pathlib import Path

import pytest

from sekisho.adapters.audit_file import AuditFile
from sekisho.adapters.clock import SystemClock
from sekisho.guard.audit import Event, Kind
from sekisho.guard.audit_files import LIVE
from sekisho.ports import Asker
from tests.unit.cli.conftest import CommandLine

MAKE = Asker(4711, 1000, "aws", "/usr/bin/python3.11", ("make (42)", "zsh (7)"))


@pytest.fixture
def folder(sekisho: CommandLine) -> Path:
    """Where the log is; it has an opening, three releases and a refusal."""
    folder = sekisho.home / "state/sekisho/audit"
    log = AuditFile(folder, SystemClock())
    of_dev = ("dev", "123456789011", "ReadOnlyAccess", "hoge@hoge.com", "dev")
    log.write(Event(Kind.OPENING, *of_dev, detail="until 17:12"))
    for _ in range(3):
        log.write(Event(Kind.RELEASE, *of_dev, asker=MAKE))
    log.write(Event(Kind.REFUSAL, "prod", asker=MAKE, detail="the gate is closed"))
    log.close()
    return folder


@pytest.mark.parametrize(
    "arguments", [("audit",), ("audit", "show"), ("audit", "show", "--since", "always")]
)
def test_what_was_handed_out_is_shown(
    sekisho: CommandLine, folder: Path, arguments: tuple[str, ...]
) -> None:
    run = sekisho(*arguments)

    assert run.status == 0
    assert "opened" in run.out
    assert "ReadOnlyAccess in 123456789011" in run.out
    assert "3 releases" in run.out
    assert "aws ← make ← zsh" in run.out
    assert "the gate is closed" in run.out


def test_a_profile_narrows_it(sekisho: CommandLine, folder: Path) -> None:
    run = sekisho("audit", "show", "--profile", "prod")

    assert "1 refusal" in run.out
    assert "dev" not in run.out


def test_the_environments_profile_does_not(
    sekisho: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "prod")

    assert "3 releases" in sekisho("audit", "show").out


def test_programs_get_every_line(sekisho: CommandLine, folder: Path) -> None:
    told = json.loads(sekisho("audit", "show", "--json", "--environment", "dev").out)

    assert told["version"] == 1
    assert [event["kind"] for event in told["events"]] == ["opening", *["release"] * 3]
    assert told["events"][1]["asker"] == {
        "pid": 4711,
        "uid": 1000,
        "program": "aws",
        "path": "/usr/bin/python3.11",
        "parents": ["make (42)", "zsh (7)"],
    }


def test_no_answer_is_said(sekisho: CommandLine, folder: Path) -> None:
    run = sekisho("audit", "show", "--kind", "closing")

    assert (run.status, run.out) == (0, "")
    assert run.err == f"Nothing of that is in the audit log since yesterday ({folder}).\n"


def test_a_name_cannot_steer_the_terminal(sekisho: CommandLine, folder: Path) -> None:
    log = AuditFile(folder, SystemClock())
    bad = "\x1b]0;x\x07\x1b[31m"
    log.write(Event(Kind.RELEASE, bad, person=bad, asker=Asker(1, 1, bad, bad, (bad,)), detail=bad))
    log.close()
    run = sekisho("audit", "show")

    assert "\x1b" not in run.out
    assert "\x07" not in run.out


def test_a_kind_of_a_later_version_goes_by_its_name(sekisho: CommandLine, folder: Path) -> None:
    live = folder / LIVE
    live.write_bytes(live.read_bytes().replace(b'"opening"', b'"blessing"'))

    assert "blessing" in sekisho("audit", "show").out


def test_a_time_that_is_none_is_a_usage_error(sekisho: CommandLine, folder: Path) -> None:
    run = sekisho("audit", "show", "--since", "last tuesday")

    assert run.status == 2
    assert 'cannot tell when "last tuesday" is' in run.err


def test_a_whole_log_is_whole(sekisho: CommandLine, folder: Path) -> None:
    run = sekisho("audit", "verify")

    assert (run.status, run.out) == (0, f"whole: 5 lines in {folder}\n")
    assert "written all of them anew" in run.err


def test_a_changed_line_is_named_and_exits_1(sekisho: CommandLine, folder: Path) -> None:
    live = folder / LIVE
    live.write_bytes(live.read_bytes().replace(b"make", b"bake", 1))
    run = sekisho("audit", "verify")

    assert run.status == 1
    assert f"{live}:2" in run.out
    assert "was changed" in run.out


def test_show_says_that_lines_cannot_be_read(sekisho: CommandLine, folder: Path) -> None:
    with (folder / LIVE).open("ab") as stream:
        stream.write(b"gone\n")

    assert "1 line cannot be read" in sekisho("audit", "show").err


def test_programs_learn_whether_it_is_whole(sekisho: CommandLine, folder: Path) -> None:
    whole = json.loads(sekisho("audit", "verify", "--json").out)
    (folder / LIVE).write_bytes(b"")
    run = sekisho("audit", "verify", "--json")

    assert whole == {"version": 1, "whole": True, "lines": 5, "faults": [], "remarks": []}
    assert run.status == 1
    assert json.loads(run.out)["faults"] == [
        {"file": str(folder / LIVE), "line": 1, "what": "lines 1 to 5 are missing after this one"}
    ]


def test_no_log_yet_is_no_fault(sekisho: CommandLine) -> None:
    run = sekisho("audit", "verify")

    assert (run.status, run.out) == (0, "")
    assert "no audit log yet" in run.err


def test_it_needs_no_config(sekisho: CommandLine, folder: Path) -> None:
    sekisho.write_config("no config at all\n")

    assert sekisho("audit", "verify").status == 0
    assert sekisho("audit", "show").status == 0
