import base64
import json
import stat
import threading
from pathlib import Path

import pytest

from sekisho.center.keys import Keys, load_or_make
from sekisho.errors import KeysUnusable

FAKE = base64.b64encode(b"not a real key, though 32 bytes.").decode()
UNUSABLE = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "no keys": b'{"version": 1, "current": "k1"}',
    "another version": json.dumps({"version": 2, "current": "k1", "keys": {"k1": FAKE}}).encode(),
    "no current key": json.dumps({"version": 1, "current": "k2", "keys": {"k1": FAKE}}).encode(),
    "a short key": json.dumps({"version": 1, "current": "k1", "keys": {"k1": "AAAA"}}).encode(),
    "a key that is no base64": json.dumps(
        {"version": 1, "current": "k1", "keys": {"k1": "ü"}}
    ).encode(),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "keys.json"


def test_keys_are_made_at_first_use_and_private(path: Path) -> None:
    load_or_make(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_file_gives_the_same_keys(path: Path) -> None:
    assert load_or_make(path).derive("test", "a") == load_or_make(path).derive("test", "a")


def test_centers_that_start_at_once_agree(path: Path) -> None:
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(load_or_make(path).derive("test")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 8
    assert len(set(made)) == 1


def test_two_files_give_different_keys(tmp_path: Path) -> None:
    one, other = (load_or_make(tmp_path / name) for name in ("one", "other"))

    assert one.derive("test") != other.derive("test")


def test_purposes_and_parts_are_kept_apart(path: Path) -> None:
    keys = load_or_make(path)
    derived = {
        keys.derive("purpose", "ab", "c"),
        keys.derive("purpose", "a", "bc"),
        keys.derive("purpose", "abc"),
        keys.derive("another", "ab", "c"),
    }

    assert len(derived) == 4


def test_an_older_key_still_works_by_its_id() -> None:
    keys = Keys("k2", {"k1": b"1" * 32, "k2": b"2" * 32})

    assert keys.derive("test", key="k1") == Keys("k1", {"k1": b"1" * 32}).derive("test")
    with pytest.raises(KeyError):
        keys.derive("test", key="k0")


def test_keys_do_not_show() -> None:
    assert "1111" not in repr(Keys("k1", {"k1": b"1" * 32}))


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_file_that_holds_no_keys_is_refused_and_kept(path: Path, case: str) -> None:
    path.parent.mkdir()
    path.write_bytes(UNUSABLE[case])

    with pytest.raises(KeysUnusable):
        load_or_make(path)

    assert path.read_bytes() == UNUSABLE[case]
