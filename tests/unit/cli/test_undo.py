"""`sekisho isolate --undo`: the bytes of a backup, or the difference and a refusal."""

import json
import os
from pathlib import Path

import pytest

from tests.unit.cli.conftest import CONFIG, START_URL, CommandLine
from tests.unit.cli.test_isolate import SHARED

ODD = b"\xef\xbb\xbf# \xff not text\r\n" + SHARED.encode().replace(b"\n", b"\r\n") + b"# the end"


def backups(sekisho: CommandLine) -> dict[Path, bytes]:
    folder = sekisho.home / "state/sekisho/backups"
    return {path: path.read_bytes() for path in sorted(folder.glob("*.bak"))}


def add_session(sekisho: CommandLine, name: str) -> None:
    run = sekisho(
        *("configure", "sso-session", "--sso-session", name, "--yes"),
        *("--sso-start-url", START_URL, "--sso-region", "us-east-1"),
        *("--sso-registration-scopes", "sso:account:access"),
    )
    assert run.status == 0, run.err


def test_the_bytes_are_those_of_before(sekisho: CommandLine) -> None:
    before = ODD.replace(b"\xef\xbb\xbf# \xff not text", "# 本番".encode())
    sekisho.write_config(before)
    assert sekisho("isolate", "--yes").status == 0
    assert sekisho.config.read_bytes() != before

    run = sekisho("isolate", "--undo")

    assert run.status == 0, run.err
    assert sekisho.config.read_bytes() == before
    assert "-sso_session = hoge-dev" in run.out


def test_each_undo_takes_back_one_edit_more(sekisho: CommandLine) -> None:
    states = [sekisho.config.read_bytes()]
    for name in ("a", "b", "c"):
        add_session(sekisho, name)
        states.append(sekisho.config.read_bytes())

    for state in states[-2::-1]:
        assert sekisho("isolate", "--undo").status == 0
        assert sekisho.config.read_bytes() == state
    last = sekisho("isolate", "--undo")

    assert last.status == 2
    assert last.err.startswith("there is nothing to undo: ")


def test_an_undo_can_be_taken_back_by_the_backup_that_it_made(sekisho: CommandLine) -> None:
    add_session(sekisho, "a")
    edited = sekisho.config.read_bytes()
    assert sekisho("isolate", "--undo").status == 0
    (made,) = (path for path, held in backups(sekisho).items() if held == edited)

    redone = sekisho("isolate", "--undo", str(made))

    assert redone.status == 0, redone.err
    assert sekisho.config.read_bytes() == edited
    assert sekisho("isolate", "--undo").status == 0
    assert sekisho.config.read_text() == CONFIG


def test_a_file_that_somebody_changed_is_left_and_the_difference_is_shown(
    sekisho: CommandLine,
) -> None:
    add_session(sekisho, "a")
    changed = sekisho.config.read_text() + "# mine\n"
    sekisho.write_config(changed)

    run = sekisho("isolate", "--undo")

    assert run.status == 2
    assert "is no longer what sekisho wrote on" in run.err
    assert "-# mine\n" in run.out
    assert "-[sso-session a]\n" in run.out
    assert sekisho.config.read_text() == changed


def test_a_file_that_is_gone_is_left_gone(sekisho: CommandLine) -> None:
    add_session(sekisho, "a")
    sekisho.config.unlink()

    assert sekisho("isolate", "--undo").status == 2
    assert not sekisho.config.exists()


def test_no_config_has_to_be_readable(sekisho: CommandLine) -> None:
    broken = "[profile dev]\nsso_session = hoge\n\n[profile dev]\n"
    sekisho.write_config(broken)
    fixed = sekisho("lint", "--fix", "--unsafe", "--yes")
    assert sekisho.config.read_text() != broken, fixed.err
    sekisho.config.with_name("credentials").write_text("nonsense\n")

    run = sekisho("isolate", "--undo")

    assert run.status == 0, run.err
    assert sekisho.config.read_text() == broken
    assert sekisho("isolate", "--undo").status == 2


def test_a_dry_run_shows_and_changes_nothing(sekisho: CommandLine) -> None:
    add_session(sekisho, "a")
    edited = sekisho.config.read_bytes()

    run = sekisho("isolate", "--undo", "--dry-run")

    assert run.status == 0
    assert "-[sso-session a]\n" in run.out
    assert sekisho.config.read_bytes() == edited


def test_a_named_backup_that_is_not_the_newest_is_refused_where_it_would_lose_an_edit(
    sekisho: CommandLine,
) -> None:
    add_session(sekisho, "a")
    (first,) = backups(sekisho)
    add_session(sekisho, "b")
    edited = sekisho.config.read_bytes()

    run = sekisho("isolate", "--undo", str(first))

    assert run.status == 2
    assert "-[sso-session b]\n" in run.out
    assert sekisho.config.read_bytes() == edited


def test_what_is_there_already_is_not_written_again(sekisho: CommandLine) -> None:
    add_session(sekisho, "a")
    (first,) = backups(sekisho)
    assert sekisho("isolate", "--undo").status == 0
    then = sekisho.config.stat().st_ino

    run = sekisho("isolate", "--undo", str(first))

    assert run.status == 0
    assert "holds just that already" in run.err
    assert sekisho.config.stat().st_ino == then


def test_an_edit_that_never_came_to_be_written_is_passed_over(sekisho: CommandLine) -> None:
    """As after a kill between the backup and the rename."""
    add_session(sekisho, "a")
    first = sekisho.config.read_bytes()
    add_session(sekisho, "b")
    sekisho.write_config(first)

    run = sekisho("isolate", "--undo")

    assert run.status == 0, run.err
    assert sekisho.config.read_text() == CONFIG


@pytest.mark.parametrize("record", ["", "{", "[]", '{"version": 1}', '{"version": 9}'])
def test_a_backup_without_a_record_is_refused(sekisho: CommandLine, record: str) -> None:
    add_session(sekisho, "a")
    (first,) = backups(sekisho)
    edited = sekisho.config.read_bytes()
    first.with_name(f"{first.name}.json").write_text(record)

    run = sekisho("isolate", "--undo", str(first))

    assert run.status == 2
    assert "is no backup with a record beside it" in run.err
    assert sekisho("isolate", "--undo").status == 2
    assert sekisho.config.read_bytes() == edited


def test_a_backup_that_is_not_there_is_refused(sekisho: CommandLine) -> None:
    run = sekisho("isolate", "--undo", "nowhere.bak")

    assert run.status == 2
    assert "nowhere.bak is no backup" in run.err


def test_a_backup_that_was_changed_is_refused(sekisho: CommandLine) -> None:
    add_session(sekisho, "a")
    (first,) = backups(sekisho)
    edited = sekisho.config.read_bytes()
    first.write_bytes(b"# not it")

    run = sekisho("isolate", "--undo")

    assert run.status == 2
    assert "is no longer what sekisho kept there" in run.err
    assert sekisho.config.read_bytes() == edited


def test_a_backup_of_another_config_file_is_refused_with_the_command_that_would_do(
    sekisho: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_session(sekisho, "a")
    (first,) = backups(sekisho)
    other = sekisho.home / "other"
    other.write_text("# other\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(other))

    named, unnamed = sekisho("isolate", "--undo", str(first)), sekisho("isolate", "--undo")

    assert named.status == 2
    assert f"AWS_CONFIG_FILE={sekisho.config} sekisho isolate --undo {first}" in named.err
    assert unnamed.status == 2
    assert other.read_text() == "# other\n"


def test_the_credentials_file_comes_back_by_the_name_of_its_backup(sekisho: CommandLine) -> None:
    credentials = sekisho.config.with_name("credentials")
    credentials.write_text("[dev]\nAWS_ACCESS_KEY_ID = AKIAFAKE\naws_access_key_id\n")
    before = credentials.read_bytes()
    fixed = sekisho("lint", "--fix", "--unsafe", "--yes")
    assert credentials.read_bytes() != before, fixed.err
    (kept,) = (path for path, held in backups(sekisho).items() if held == before)

    run = sekisho("isolate", "--undo", str(kept))

    assert run.status == 0, run.err
    assert credentials.read_bytes() == before


def test_mode_and_symlink_are_kept(sekisho: CommandLine, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles"
    real.write_text(CONFIG)
    real.chmod(0o640)
    sekisho.config.unlink()
    sekisho.config.symlink_to(real)
    add_session(sekisho, "a")

    run = sekisho("isolate", "--undo")

    assert run.status == 0, run.err
    assert os.path.realpath(sekisho.config) == str(real)
    assert (real.read_text(), real.stat().st_mode & 0o777) == (CONFIG, 0o640)


def test_the_record_says_no_byte_of_the_file(sekisho: CommandLine) -> None:
    sekisho.write_config(CONFIG + "[profile keys]\naws_secret_access_key = fake-secret\n")
    add_session(sekisho, "a")
    (kept,) = backups(sekisho)

    record = kept.with_name(f"{kept.name}.json")
    assert "fake-secret" not in record.read_text()
    assert record.stat().st_mode & 0o777 == 0o600
    assert json.loads(record.read_text())["file"] == str(sekisho.config)
