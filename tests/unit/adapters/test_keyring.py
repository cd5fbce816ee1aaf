"""The system's keyring, behind a process that may be ended: here with a backend of the test's own."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho import ports
from sekisho.adapters.keyring import SystemKeyring
from sekisho.errors import KeyringClosed
from sekisho.secret import Secret

Make = Callable[..., SystemKeyring]


@pytest.fixture
def keyring(tmp_path: Path) -> Make:
    """Makes a keyring whose backend is `backend`, in the mood `mood`."""

    def make(
        mood: str = "open",
        backend: str = "sekisho.testing.keyring_backend.FileKeyring",
        *,
        asks: bool = False,
        seconds: float = 10.0,
    ) -> SystemKeyring:
        environ = {
            **os.environ,
            "PYTHON_KEYRING_BACKEND": backend,
            "KEYRING_PROPERTY_FILE": str(tmp_path / "keyring.json"),
            "KEYRING_PROPERTY_MOOD": mood,
        }
        return SystemKeyring(environ, asks=asks, seconds=seconds)

    return make


def test_what_is_put_is_got_until_it_is_removed(keyring: Make, tmp_path: Path) -> None:
    real: ports.Keyring = keyring()
    before = real.get("one")
    real.put("one", Secret("FAKE鍵"))
    got = real.get("one")
    real.remove("one")

    assert (before, got, real.get("one")) == (None, Secret("FAKE鍵"), None)
    assert json.loads((tmp_path / "keyring.json").read_text()) == {}


def test_a_keyring_that_may_ask_answers_all_the_same(keyring: Make) -> None:
    asking = keyring(asks=True)
    asking.put("one", Secret("FAKE"))

    assert asking.get("one") == Secret("FAKE")
    with pytest.raises(KeyringClosed, match="it is locked"):
        keyring("locked", asks=True).get("one")


def test_a_backend_that_prints_is_heard_over(keyring: Make) -> None:
    assert keyring("talkative").get("one") is None


def test_removing_what_is_not_there_is_no_error(keyring: Make) -> None:
    keyring().remove("one")

    assert keyring().get("one") is None


def test_a_locked_keyring_says_so(keyring: Make) -> None:
    with pytest.raises(KeyringClosed, match="it is locked"):
        keyring("locked").get("one")


def test_what_a_backend_raises_is_named_and_not_quoted(keyring: Make) -> None:
    with pytest.raises(KeyringClosed) as closed:
        keyring("broken").get("one")

    assert "keyring.errors.KeyringError" in closed.value.what
    assert "fake-secret-in-an-error" not in str(closed.value)


def test_a_keyring_that_never_answers_is_waited_for_no_longer_than_its_deadline(
    keyring: Make,
) -> None:
    with pytest.raises(KeyringClosed, match="did not answer within 1 seconds"):
        keyring("silent", seconds=1.0).get("one")


@pytest.mark.parametrize(
    "backend", ["keyring.backends.fail.Keyring", "keyring.backends.null.Keyring", "no.such.Backend"]
)
def test_a_backend_that_keeps_nothing_is_no_keyring(keyring: Make, backend: str) -> None:
    with pytest.raises(KeyringClosed):
        keyring(backend=backend).put("one", Secret("FAKE"))


def test_a_backend_that_keeps_plain_text_is_not_used() -> None:
    from sekisho.adapters.keyring_process import backend_of

    class PlaintextKeyring:
        """As that of keyrings.alt."""

    PlaintextKeyring.__module__ = "keyrings.alt.file"
    PlaintextKeyring.__qualname__ = "PlaintextKeyring"

    class Chain:
        """As keyring's chainer."""

        backends = (PlaintextKeyring(), keyring_like := object())

    assert backend_of(PlaintextKeyring()) is None
    assert backend_of(Chain()) is Chain.backends[1]
