"""A secret can be carried and compared, and nothing shows it by accident."""

import copy
import json
import logging
import pickle
from dataclasses import dataclass

import pytest

from sekisho.secret import Secret

TEXT = "fake-token-for-tests"


@dataclass(frozen=True, slots=True)
class Holder:
    name: str
    token: Secret


@pytest.mark.parametrize(
    "shown",
    [
        str(Secret(TEXT)),
        repr(Secret(TEXT)),
        f"{Secret(TEXT)}",
        f"{Secret(TEXT)!r:>40}",
        f"{Secret(TEXT):>40}",
        "%s" % Secret(TEXT),  # noqa: UP031  # the old way, which logging uses
        "{}".format(Secret(TEXT)),  # noqa: UP032
        repr(Holder("dev", Secret(TEXT))),
        repr([Secret(TEXT), {"token": Secret(TEXT)}]),
        str(ValueError(Secret(TEXT))),
    ],
)
def test_no_way_of_showing_it_shows_it(shown: str) -> None:
    assert TEXT not in shown
    assert "****" in shown


def test_its_length_is_not_shown_either() -> None:
    assert repr(Secret("a")) == repr(Secret("a" * 100))


def test_a_log_line_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("the token is %s", Secret(TEXT))

    assert TEXT not in caplog.text


def test_it_does_not_become_json() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"token": Secret(TEXT)})


def test_a_lenient_json_encoder_masks_it() -> None:
    assert json.dumps({"token": Secret(TEXT)}, default=str) == '{"token": "****"}'


def test_it_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(TEXT))


def test_it_is_not_copied() -> None:
    with pytest.raises(TypeError):
        copy.deepcopy(Secret(TEXT))


def test_it_has_no_attributes_to_walk() -> None:
    assert not hasattr(Secret(TEXT), "__dict__")


def test_reveal_gives_the_text_itself() -> None:
    assert Secret(TEXT).reveal() == TEXT


def test_secrets_of_one_text_are_equal_and_others_are_not() -> None:
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret("fake-other")


def test_a_secret_beyond_ascii_is_compared_too() -> None:
    assert Secret("関所") == Secret("関所")


def test_a_secret_is_never_equal_to_plain_text() -> None:
    assert Secret(TEXT) != TEXT


def test_it_does_not_go_into_a_hash_table() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Secret(TEXT))


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret(TEXT)
