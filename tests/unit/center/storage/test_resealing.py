"""Changing the center's keys, with second factors enrolled."""

import json
from pathlib import Path

import pytest

from sekisho.center.factors import half_sign_in
from sekisho.center.factors.half_sign_in import Browser, Finished, Refusal
from sekisho.center.factors.interface import Kind
from sekisho.secret import Secret
from tests.unit.center.factors.enrolling import code_of, enrol_app, user_called
from tests.unit.center.scene import ORIGIN, PERSON, Build, World


def signs_in(world: World, secret: Secret) -> bool:
    begun = half_sign_in.begin(world.center, user_called(world.center, PERSON), next_page="/start")
    assert begun is not None
    half = half_sign_in.half_of(world.center, begun.cookie)
    assert half is not None
    code = {"code": code_of(secret, world.center)}
    found = half_sign_in.answer(
        world.center,
        half,
        Kind.AUTHENTICATOR_APP,
        code,
        origin=ORIGIN,
        browser=Browser("192.0.2.1", ""),
    )
    assert isinstance(found, Finished) or found is Refusal.WRONG
    return isinstance(found, Finished)


def add_key(path: Path, *, drop_others: bool) -> None:
    content = json.loads(path.read_text())
    others = {} if drop_others else content["keys"]
    made = "k" + str(len(content["keys"]))
    content["keys"] = {**others, made: "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldyE="}
    content["current"] = made
    path.write_text(json.dumps(content))


def drop_old_keys(path: Path) -> None:
    content = json.loads(path.read_text())
    content["keys"] = {content["current"]: content["keys"][content["current"]]}
    path.write_text(json.dumps(content))


def test_an_app_works_on_when_keys_are_changed_and_the_old_one_is_retired(
    build: Build, tmp_path: Path
) -> None:
    secret = enrol_app(build(in_memory=False).center, PERSON)
    add_key(tmp_path / "keys.json", drop_others=False)
    build(in_memory=False)
    drop_old_keys(tmp_path / "keys.json")

    assert signs_in(build(in_memory=False), secret)


def test_an_app_whose_key_was_retired_at_once_lets_nobody_in_and_the_log_says_so(
    build: Build, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = enrol_app(build(in_memory=False).center, PERSON)
    add_key(tmp_path / "keys.json", drop_others=True)

    world = build(in_memory=False)

    assert not signs_in(world, secret)
    warned = [
        str(each.__dict__.get("facts")) for each in caplog.records if each.levelname == "WARNING"
    ]
    assert [text for text in warned if "no key opens the secret of the authenticator app" in text]
