"""Which rules run."""

import pytest

from sekisho.lint.catalogue import RULES
from sekisho.lint.selection import Selection, unknown


def ids(*, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> set[str]:
    return {rule.id for rule in Selection(select, ignore).of(RULES)}


EVERY = {rule.id for rule in RULES}


def test_without_a_word_every_rule_runs() -> None:
    assert ids() == EVERY


@pytest.mark.parametrize("word", ["SK201", "sk201", "misspelt-key", "SK201 "])
def test_a_rule_goes_by_its_id_and_its_name(word: str) -> None:
    assert ids(select=(word,)) == {"SK201"}
    assert ids(ignore=(word,)) == EVERY - {"SK201"}


def test_the_start_of_an_id_is_a_theme() -> None:
    assert ids(select=("SK1",)) == {name for name in EVERY if name.startswith("SK1")}


def test_the_longer_word_wins() -> None:
    assert ids(select=("SK2", "SK201"), ignore=("SK20",)) == {
        name for name in EVERY if name.startswith("SK2") and not name.startswith("SK20")
    } | {"SK201"}


def test_of_words_that_say_as_much_ignore_wins() -> None:
    assert ids(select=("SK201",), ignore=("SK201",)) == set()


def test_a_word_that_no_rule_answers_to_is_named() -> None:
    assert unknown(("SK201", "SK999", "", "misspelt"), RULES) == ("SK999", "", "misspelt")
