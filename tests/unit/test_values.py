"""Values are what the standard library's data classes are; that library is the oracle."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho import values


def make(maker: Any, field: Any) -> Any:
    @maker(frozen=True, slots=True)
    class Thing:
        """Words."""

        name: str
        hidden: str = field(repr=False)
        number: int = 3
        made: dict[str, int] = field(default_factory=dict)

        @property
        def double(self) -> int:
            return self.number * 2

    return Thing


OURS = make(values.dataclass, values.field)
THEIRS = make(dataclasses.dataclass, dataclasses.field)
BOTH = pytest.mark.parametrize("thing", [OURS, THEIRS], ids=["ours", "theirs"])


@values.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0


@values.dataclass(slots=True)
class Changing:
    x: int = 0


def outcome(act: Callable[[Any], object], thing: Any) -> object:
    try:
        return act(thing)
    except Exception as error:  # noqa: BLE001  # its type is compared
        return type(error)


ACTS: dict[str, Callable[[Any], object]] = {
    "positional": lambda thing: repr(thing("a", "b", 4, {"c": 1})),
    "named": lambda thing: repr(thing(hidden="b", name="a")),
    "too few": lambda thing: thing("a"),
    "unknown": lambda thing: thing("a", "b", other=1),
    "too many": lambda thing: thing(1, 2, 3, 4, 5),
    "set": lambda thing: setattr(thing("a", "b"), "name", "c"),
    "delete": lambda thing: delattr(thing("a", "b"), "name"),
    "no default is shared": lambda thing: thing("a", "b").made is thing("a", "b").made,
    "hash of what has none": lambda thing: hash(thing("a", "b")),
    "property": lambda thing: thing("a", "b").double,
    "match": lambda thing: thing.__match_args__,
    "slots": lambda thing: thing.__slots__,
    "no dict": lambda thing: hasattr(thing("a", "b"), "__dict__"),
    "name": lambda thing: (thing.__name__, thing.__qualname__, thing.__module__, thing.__doc__),
    "fields": lambda thing: [
        (each.name, each.type, each.repr, each.default is dataclasses.MISSING)
        for each in dataclasses.fields(thing)
    ],
    "annotations": inspect.get_annotations,
    "as a dictionary": lambda thing: dataclasses.asdict(thing("a", "b")),
    "replace": lambda thing: repr(dataclasses.replace(thing("a", "b"), name="c")),
    "replace by nothing known": lambda thing: dataclasses.replace(thing("a", "b"), other="c"),
    "copy": lambda thing: copy.deepcopy(thing("a", "b")) == thing("a", "b"),
    "another": lambda thing: thing("a", "b") == ("a", "b", 3, {}),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_value_behaves_as_a_data_class_does(act: Callable[[Any], object]) -> None:
    assert outcome(act, OURS) == outcome(act, THEIRS)


@given(
    st.tuples(st.integers(0, 1), st.integers(0, 1)), st.tuples(st.integers(0, 1), st.integers(0, 1))
)
def test_values_are_equal_when_all_in_them_is(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (Point(*one) == Point(*other)) == (one == other)
    assert (hash(Point(*one)) == hash(Point(*other))) or one != other


def test_two_kinds_of_value_are_never_equal() -> None:
    assert OURS("a", "b") != THEIRS("a", "b")


def test_our_own_replace_does_what_theirs_does() -> None:
    assert values.replace(Point(1, 2), y=3) == Point(1, 3)


def test_a_value_outlives_pickling() -> None:
    assert pickle.loads(pickle.dumps(Point(1, 2))) == Point(1, 2)  # noqa: S301


def test_one_that_is_not_frozen_changes_and_has_no_hash() -> None:
    changing = Changing()
    changing.x = 2

    assert changing == Changing(2)
    with pytest.raises(TypeError):
        hash(changing)


def test_the_parameters_are_known_once_there_was_a_value() -> None:
    Point(1)

    assert list(inspect.signature(Point).parameters) == ["x", "y"]


def test_a_value_needs_slots() -> None:
    with pytest.raises(TypeError):
        values.dataclass(slots=False)
