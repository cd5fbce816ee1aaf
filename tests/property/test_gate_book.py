"""Whatever is opened and closed, and whenever: the book says what a plain list of it all would say."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sekisho.guard.gates import Gate, GateBook
from sekisho.model import (
    AccountId,
    ProfileName,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
)

TARGET = SignInTarget(StartUrl("https://a.awsapps.com/start"), Region("r"), SessionName("s"), ())
LABELS = st.sampled_from(["dev", "stg", "prod"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), LABELS, st.integers(1, 5)),
        st.tuples(st.just("close"), LABELS, st.just(0)),
        st.tuples(st.just("wait"), st.just(""), st.integers(0, 3)),
    ),
    max_size=30,
)


def gate(label: str, now: float, lasts: int, sign_in: int) -> Gate:
    role = Role(AccountId("1"), RoleName("Admin"))
    at = datetime(2026, 11, 29, tzinfo=UTC)
    return Gate(ProfileName(label), TARGET, role, None, "e", sign_in, at, now, now + lasts)


@given(STEPS)
def test_a_gate_is_open_from_its_last_opening_until_its_deadline_or_its_closing(
    steps: list[tuple[str, str, int]],
) -> None:
    book, now, expected = GateBook(), 0.0, dict[str, Gate]()
    for number, (what, label, amount) in enumerate(steps):
        if what == "open":
            expected[label] = gate(label, now, amount, number)
            book.open([expected[label]])
        elif what == "close":
            if (closing := expected.pop(label, None)) is not None:
                book.close([closing])
        else:
            now += amount

        alive = {name: each for name, each in expected.items() if now < each.deadline}
        assert {name: book.at(name, now) for name in ("dev", "stg", "prod")} == {
            name: alive.get(name) for name in ("dev", "stg", "prod")
        }
        assert set(book.due(now)) == set(expected.values()) - set(alive.values())


@given(STEPS)
def test_closing_a_gate_that_was_opened_anew_closes_nothing(
    steps: list[tuple[str, str, int]],
) -> None:
    book, old = GateBook(), list[Gate]()
    for number, (what, label, amount) in enumerate(steps):
        if what == "open":
            old += [each for each in book if each.label == label]
            book.open([gate(label, 0.0, amount, number)])
    before = tuple(book)
    book.close(old)

    assert tuple(book) == before
