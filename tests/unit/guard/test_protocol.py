import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.guard import answers, asks
from sekisho.guard.protocol import (
    MOST_ASK_BYTES,
    NotUnderstood,
    encode,
    read_answer,
    read_ask,
)

GATE = answers.GateState(
    profile="dev",
    start_url="https://hoge.awsapps.com/start",
    region="us-east-1",
    account_id="123456789012",
    role_name="ReadOnlyAccess",
    person="hoge@hoge.com",
    environment="dev",
    opened_at="2026-01-01T00:00:00Z",
    closes_at="2026-01-01T08:00:00Z",
    credentials_expire=None,
    sign_in=1,
)
ASKS = (
    asks.Release("dev", "/home/you/.aws/config"),
    asks.Open("dev", "/home/you/.aws/config", callback_port=8400),
    asks.Browsed(opened=True),
    asks.Typed("prod"),
    asks.Approved(""),
    asks.Pasted("http://127.0.0.1:8400/oauth/callback?code=fake"),
    asks.Close(None),
    asks.Status(),
    asks.Scope(("dev",), "/home/you/.aws/config", 3600),
    asks.Stop(),
)
ANSWERS = (
    answers.Credentials(msgspec.Raw(b'{"Version":1}')),
    answers.Failed("GateClosed", "the gate is closed", "sekisho login --profile dev", "", 3),
    answers.Chose("pkce", "a browser can be opened"),
    answers.Browse("https://127.0.0.1/authorize"),
    answers.ShowUrl("https://127.0.0.1/authorize", opened=True),
    answers.ShowCode("ABCD-EFGH", "u", "c", "127.0.0.1", "us-east-1", opened=False),
    answers.Waiting(600.0),
    answers.MayPaste(),
    answers.Trouble("the answer had another state"),
    answers.Confirm("prod", "123456789012", "AdministratorAccess", "prod"),
    answers.Approve("/home/you/.config/sekisho/policy.toml", "0" * 64, None, "[environment.prod]"),
    answers.Opened((GATE,), "hoge@hoge.com", "", was_open=False),
    answers.Closed((answers.Ended("hoge", ("dev",), True, "", None),)),
    answers.State(7, "2026-01-01T00:00:00Z", "/c", (), "memory", (GATE,), (), None),
    answers.Scoped("/run/user/1000/sekisho/only-1.sock", "2026-01-01T01:00:00Z"),
    answers.Stopping(),
)


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: type(ask).__name__)
def test_an_ask_is_read_as_it_was_said(ask: asks.Ask) -> None:
    line = encode(ask)

    assert read_ask(line) == ask
    assert line.count(b"\n") == 1


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_an_answer_is_read_as_it_was_said(answer: answers.Answer) -> None:
    assert read_answer(encode(answer)) == answer


def test_every_message_stands_in_the_two_lists_above() -> None:
    known = {type(message) for message in ASKS + ANSWERS}

    assert known == {*asks.Ask.__args__, *answers.Answer.__args__}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\n",
        b"[]\n",
        b"[" * 5000 + b"\n",
        b"{}\n",
        b'{"ask":"open-all","version":1}\n',
        b'{"ask":"release","profile":"dev","version":1}\n',
        b'{"ask":"release","profile":"","config":"/c","version":1}\n',
        b'{"ask":"release","profile":7,"config":"/c","version":1}\n',
        b'{"ask":"release","profile":"dev","config":"/c","version":2}\n',
        b'{"ask":"release","profile":"dev","config":"/c","to":"x","version":1}\n',
        b'{"ask":"scope","profiles":[],"config":"/c","seconds":60,"version":1}\n',
        b'{"ask":"scope","profiles":["dev"],"config":"/c","seconds":0,"version":1}\n',
        b'{"answer":"stopping","version":1}\n',
        b'{"ask":"typed","text":"' + b"x" * MOST_ASK_BYTES + b'","version":1}\n',
    ],
)
def test_what_is_no_ask_is_not_understood(line: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_ask(line)


def test_no_ask_stands_for_another() -> None:
    with pytest.raises(NotUnderstood):
        read_ask(encode(ANSWERS[-1]))


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_not_understood(line: bytes) -> None:
    try:
        ask = read_ask(line)
    except NotUnderstood:
        return

    assert read_ask(encode(ask)) == ask


@pytest.mark.parametrize(
    "line",
    [
        b'{"ask":"it-is-secret"}',
        b'{"ask":"release","profile":"dev","config":"/c","it-is-secret":1,"version":1}',
        b'{"ask":"release","profile":"dev","config":"/c","version":"it-is-secret"}',
        b'{"ask":"it-is-secret\'","version":1}',
        b'{"ask":"stop","it-is-secret`":"it-is-secret","version":1}',
        b"it-is-secret",
    ],
)
def test_a_refusal_quotes_nothing(line: bytes) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_ask(line)

    assert "it-is-secret" not in str(refused.value)
    assert refused.value.__cause__ is None
