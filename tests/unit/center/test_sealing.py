import json
from pathlib import Path

import pytest

from sekisho.center.keys import Keys, load_or_make
from sekisho.center.sealing import Unsealable, key_of, seal, unseal
from sekisho.secret import Secret

SECRET = Secret("obviously-not-a-real-one")
PURPOSE = "a test"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return load_or_make(tmp_path / "keys.json")


def test_what_was_sealed_is_read_again(keys: Keys) -> None:
    sealed = seal(keys, PURPOSE, SECRET, "row-1")

    assert unseal(keys, PURPOSE, sealed, "row-1") == SECRET
    assert SECRET.reveal() not in sealed


def test_one_secret_is_never_sealed_to_the_same_text(keys: Keys) -> None:
    assert len({seal(keys, PURPOSE, SECRET, "row-1") for _ in range(20)}) == 20


def test_it_is_read_for_its_own_purpose_and_owner_alone(keys: Keys) -> None:
    sealed = seal(keys, PURPOSE, SECRET, "row-1", "a")

    for purpose, bound_to in [
        (PURPOSE, ("row-2", "a")),
        (PURPOSE, ("row-1",)),
        ("b", ("row-1", "a")),
    ]:
        with pytest.raises(Unsealable):
            unseal(keys, purpose, sealed, *bound_to)


def test_anything_else_is_refused(keys: Keys, tmp_path: Path) -> None:
    sealed = seal(keys, PURPOSE, SECRET)
    torn = [sealed[:-4], sealed[:-1] + ("A" if sealed[-1] != "A" else "B"), "", "x", f"{keys.current}.",
            f"{keys.current}.AAAA", f"{keys.current}.ä", "k0." + sealed.partition(".")[2]]  # fmt: skip

    for text in torn:
        with pytest.raises(Unsealable):
            unseal(keys, PURPOSE, text)
    with pytest.raises(Unsealable):
        unseal(load_or_make(tmp_path / "others.json"), PURPOSE, sealed)


def test_an_older_key_is_still_read_and_named(keys: Keys, tmp_path: Path) -> None:
    sealed, path = seal(keys, PURPOSE, SECRET), tmp_path / "keys.json"
    content = json.loads(path.read_text())
    content["keys"]["newer"], content["current"] = content["keys"][keys.current], "newer"
    path.write_text(json.dumps(content))

    newer = load_or_make(path)

    assert unseal(newer, PURPOSE, sealed) == SECRET
    assert key_of(sealed) == keys.current != newer.current
