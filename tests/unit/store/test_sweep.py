"""What `logout --all` goes through, and what it leaves alone."""

import json
from datetime import UTC, datetime
from pathlib import Path

from sekisho.model import Form, Region, StartUrl, TokenKey
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import assumed_folder, record_folder, role_folder, sha256_hex, token_folder
from sekisho.store.native import NativeStore
from sekisho.store.sweep import LeftAlone, Swept, signed_in, sweep
from sekisho.testing.clock import FakeClock

AT = "https://portal.test"


def _signed_in_store(tmp_path: Path) -> NativeStore:
    store = NativeStore(
        home=tmp_path / "home",
        state=tmp_path / "state",
        clock=FakeClock(datetime(2026, 11, 22, tzinfo=UTC)),
    )
    for session in ("one", "other"):
        text = f"fake-token-{session}"
        token = CachedToken(
            StartUrl("https://hoge.awsapps.com/start"),
            Region("us-east-1"),
            Secret(text),
            datetime(2026, 11, 22, 8, tzinfo=UTC),
            None,
            None,
            None,
            None,
        )
        record = TokenRecord(
            sha256_hex(text), StartUrl("u"), Region("us-east-1"), AT, AT, "hoge@hoge.com", ()
        )
        store.put_token(TokenKey(Form.SSO_SESSION, session), token, record)
    return store


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_every_token_is_found_with_its_record(tmp_path: Path) -> None:
    store = _signed_in_store(tmp_path)

    found = signed_in(store.home, store.state, store.clock)

    assert len(found) == 2
    assert all(one.record is not None and one.record.portal_endpoint == AT for one in found)


def test_a_token_of_another_tool_has_no_record(tmp_path: Path) -> None:
    store = _signed_in_store(tmp_path)
    other = {"accessToken": "fake-other", "expiresAt": "2026-11-22T08:00:00Z"}
    path = _write(token_folder(store.home) / "zzz.json", json.dumps(other))

    last = signed_in(store.home, store.state, store.clock)[-1]

    assert (last.path, last.record) == (path, None)


def test_sweeping_removes_tokens_records_and_role_credentials(tmp_path: Path) -> None:
    store = _signed_in_store(tmp_path)
    _write(role_folder(store.home) / "role.json", '{"ProviderType": "sso", "Credentials": {}}')

    swept = sweep(store.home, store.state, store.clock)

    assert swept == Swept(2, (), None)
    assert not list(token_folder(store.home).iterdir())
    assert not list(role_folder(store.home).iterdir())
    assert not list(record_folder(store.state).iterdir())


def _assumed(at: str) -> str:
    return json.dumps({"version": 1, "Credentials": {"Expiration": at}})


def test_assumed_roles_go_be_they_torn_and_what_is_none_stays_and_is_named(tmp_path: Path) -> None:
    store = _signed_in_store(tmp_path)
    folder = assumed_folder(store.state)
    ours = [
        _write(folder / "one" / f"{'a' * 64}.json", _assumed("2026-11-22T01:00:00Z")),
        _write(folder / "one" / f"{'b' * 64}.json", '{"Credentials": {"Secret'),
        _write(folder / "other" / f".{'c' * 64}.json.x1y2", "{"),
    ]
    alien = _write(folder / "one" / "notes.json", "{}")

    swept = sweep(store.home, store.state, store.clock)

    assert not [path for path in ours if path.exists()]
    assert alien.exists()
    assert swept.left_alone == (LeftAlone(alien, "it is no assumed role"),)


def test_it_is_said_until_when_the_last_of_the_swept_credentials_lives(tmp_path: Path) -> None:
    store = _signed_in_store(tmp_path)
    for number, at in enumerate(("2026-11-21T23:00:00Z", "2026-11-22T01:00:00Z", "soon")):
        path = role_folder(store.home) / f"{number}.json"
        _write(path, json.dumps({"ProviderType": "sso", "Credentials": {"Expiration": at}}))
    _write(
        assumed_folder(store.state) / "one" / f"{'a' * 64}.json", _assumed("2026-11-22T02:00:00Z")
    )

    swept = sweep(store.home, store.state, store.clock)

    assert swept.credentials_until == datetime(2026, 11, 22, 2, tzinfo=UTC)


def test_registrations_and_what_is_not_ours_stay(tmp_path: Path) -> None:
    store = _signed_in_store(tmp_path)
    kept = [
        _write(token_folder(store.home) / "registration.json", '{"clientId": "fake"}'),
        _write(token_folder(store.home) / "list.json", "[1]"),
        _write(token_folder(store.home) / "torn.json", '{"accessToken": "fa'),
        _write(token_folder(store.home) / "object.json", '{"accessToken": {"a": 1}}'),
        _write(role_folder(store.home) / "assumed.json", '{"Credentials": {}}'),
        _write(role_folder(store.home) / "session.db", "SQLite"),
    ]

    before = [path.read_bytes() for path in kept]

    swept = sweep(store.home, store.state, store.clock)

    assert [path.read_bytes() for path in kept] == before
    assert swept.left_alone == (
        LeftAlone(kept[1], "it holds no JSON object"),
        LeftAlone(kept[3], "it is neither a token nor a client registration"),
        LeftAlone(kept[2], "it is not JSON; it may have been cut off"),
    )


def test_a_token_that_the_aws_cli_is_writing_is_waited_for(tmp_path: Path) -> None:
    store = _signed_in_store(tmp_path)
    path = _write(token_folder(store.home) / "torn.json", '{"accessToken": "fa')
    assert isinstance(store.clock, FakeClock)
    store.clock.at(0.2, lambda: path.write_text('{"accessToken": "fake"}'))

    assert sweep(store.home, store.state, store.clock) == Swept(3, (), None)
    assert not path.exists()


def test_a_list_behind_a_link_and_nesting_beyond_reason_are_named(tmp_path: Path) -> None:
    store = _signed_in_store(tmp_path)
    loop = token_folder(store.home) / "zzz.json"
    loop.symlink_to(_write(tmp_path / "list.json", "[1]"))
    nested = _write(token_folder(store.home) / "nested.json", "[" * 100_000)

    assert [left.path for left in sweep(store.home, store.state, store.clock).left_alone] == [
        nested,
        loop,
    ]


def test_a_home_where_nobody_ever_signed_in_is_no_trouble(tmp_path: Path) -> None:
    assert signed_in(tmp_path, tmp_path, FakeClock()) == ()
    assert sweep(tmp_path, tmp_path, FakeClock()) == Swept(0, (), None)
