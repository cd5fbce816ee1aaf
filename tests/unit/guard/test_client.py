"""The client's side of the conversation, against an agent that follows a script."""

import threading

import msgspec
import pytest

from docs.error_examples import EXAMPLES
from sekisho.errors import (
    AgentMissing,
    AgentNotUnderstood,
    ExitStatus,
    InputNeeded,
    SekishoError,
    SignInNeeded,
)
from sekisho.guard import answers, asks
from sekisho.guard.answers import Failed, Opened
from sekisho.guard.client import AgentClient, as_error
from sekisho.login.interface import Flow, Progress
from sekisho.ports import Browser, Keyboard
from sekisho.testing.agent import ScriptedAgent
from sekisho.testing.browser import FakeBrowser
from sekisho.testing.keyboard import FakeKeyboard
from sekisho.testing.progress import NotedProgress

CONFIG = "/home/you/.aws/config"
OPEN = asks.Open("dev", CONFIG)
OPENED = Opened((), "hoge@hoge.com", "", was_open=False)
URL = "https://hoge.awsapps.com/authorize?client_id=fake"


class Attended:
    """A person who answers at once."""

    def __init__(self, *, typed: str = "dev", approves: bool = True) -> None:
        self.noted = NotedProgress()
        self.seen = FakeBrowser()
        self.typing = FakeKeyboard()
        self.typed, self.yes = typed, approves
        self.asked: list[object] = []

    @property
    def progress(self) -> Progress:
        return self.noted

    @property
    def browser(self) -> Browser:
        return self.seen

    @property
    def keyboard(self) -> Keyboard:
        return self.typing

    def type_name(self, question: answers.Confirm) -> str:
        self.asked.append(question)
        return self.typed

    def approves(self, question: answers.Approve) -> bool:
        self.asked.append(question)
        return self.yes


def test_a_release_gives_the_document_as_the_agent_spells_it() -> None:
    document = b'{"Version": 1, "AccessKeyId": "ASIAFAKE"}'
    agent = ScriptedAgent((answers.Credentials(msgspec.Raw(document)),))

    released = AgentClient(agent.connect).release("dev", CONFIG)

    assert released == document
    assert agent.heard == [asks.Release("dev", CONFIG)]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_what_stopped_the_agent_is_raised_as_what_it_was(error: SekishoError) -> None:
    failed = Failed(
        type(error).__name__, error.what, error.do, error.page(), int(error.exit_status)
    )
    agent = ScriptedAgent((failed,))

    with pytest.raises(type(error)) as raised:
        AgentClient(agent.connect).status()

    assert (raised.value.what, raised.value.do) == (error.what, error.do)
    assert raised.value.exit_status == error.exit_status
    assert raised.value.page() == error.page()


@pytest.mark.parametrize("kind", ["NoSuchKind", "login_command", "ExitStatus", "Refused", ""])
def test_a_kind_that_this_version_lacks_ends_the_process_alike(kind: str) -> None:
    error = as_error(Failed(kind, "it rains", "take an umbrella", "", 3))

    assert (error.what, error.do) == ("it rains", "take an umbrella")
    assert error.exit_status == ExitStatus.SIGN_IN_NEEDED
    assert isinstance(error, SignInNeeded)


def test_a_kind_that_ends_like_nothing_is_said_in_the_agents_words() -> None:
    error = as_error(Failed("NoSuchKind", "it rains", "", "", 99))

    assert isinstance(error, AgentNotUnderstood)
    assert "it rains" in error.what


@pytest.mark.parametrize(
    "line",
    [b"\n", b"{}\n", b'{"answer":"stopping","version":2}\n', b"\xff\n"],
    ids=["empty", "nothing", "another version", "no text"],
)
def test_a_line_that_is_no_message_is_said_to_be_none(line: bytes) -> None:
    agent = ScriptedAgent((line,))

    with pytest.raises(AgentNotUnderstood) as raised:
        AgentClient(agent.connect).status()

    assert "sekisho agent stop" in raised.value.do


def test_an_answer_to_something_else_is_none() -> None:
    agent = ScriptedAgent((answers.Stopping(),))

    with pytest.raises(AgentNotUnderstood, match="Stopping is no answer"):
        AgentClient(agent.connect).status()


def test_an_agent_that_dies_meanwhile_has_closed_every_gate() -> None:
    with pytest.raises(AgentMissing, match="has just ended"):
        AgentClient(ScriptedAgent().connect).release("dev", CONFIG)


def test_an_opening_shows_what_the_agent_says() -> None:
    attended = Attended()
    agent = ScriptedAgent(
        (
            answers.Chose(Flow.DEVICE_CODE, "it was asked for"),
            answers.ShowCode("ABCD-EFGH", URL, URL + "&c", "hoge.awsapps.com", "us-east-1", False),
            answers.ShowUrl(URL, True),
            answers.Waiting(600.0),
            answers.Trouble("slow down"),
            OPENED,
        )
    )

    opened = AgentClient(agent.connect).open(OPEN, attended)

    assert opened == OPENED
    assert agent.heard == [OPEN]
    assert attended.noted.chosen == [(Flow.DEVICE_CODE, "it was asked for")]
    assert attended.noted.codes == [("ABCD-EFGH", URL, "hoge.awsapps.com", "us-east-1")]
    assert attended.noted.urls == [URL + "&c", URL]
    assert attended.noted.opened == [False, True]
    assert attended.noted.waits == [600.0]
    assert attended.noted.troubles == ["slow down"]


def test_the_browser_is_the_clients() -> None:
    attended = Attended()
    agent = ScriptedAgent((answers.Browse(URL),), (OPENED,))

    AgentClient(agent.connect).open(OPEN, attended)

    assert attended.seen.opened == [URL]
    assert agent.heard[1:] == [asks.Browsed(opened=True)]


def test_the_profiles_name_is_typed_by_the_person() -> None:
    question = answers.Confirm("prod", "123456789012", "ReadOnlyAccess", "prod")
    attended = Attended(typed="prod")
    agent = ScriptedAgent((question,), (OPENED,))

    AgentClient(agent.connect).open(OPEN, attended)

    assert attended.asked == [question]
    assert agent.heard[1:] == [asks.Typed("prod")]


@pytest.mark.parametrize(("yes", "said"), [(True, "ab" * 32), (False, "")])
def test_a_policy_is_approved_by_its_digest_or_not_at_all(*, yes: bool, said: str) -> None:
    question = answers.Approve("/home/you/policy.toml", "ab" * 32, None, "[environment.prod]")
    attended = Attended(approves=yes)
    agent = ScriptedAgent((question,), (OPENED,))

    AgentClient(agent.connect).open(OPEN, attended)

    assert attended.asked == [question]
    assert agent.heard[1:] == [asks.Approved(said)]


def test_what_is_pasted_goes_to_the_agent() -> None:
    pasted = "http://127.0.0.1:8400/oauth/callback?code=fake&state=fake"

    class Pasting(Attended):
        def type_name(self, question: answers.Confirm) -> str:
            self.typing.type(pasted)
            return question.profile

    attended = Pasting()
    question = answers.Confirm("dev", "1", "r", "dev")
    agent = ScriptedAgent((answers.MayPaste(), question), (), (OPENED,))

    AgentClient(agent.connect).open(OPEN, attended)

    assert attended.noted.pasting
    assert agent.heard == [OPEN, asks.Pasted(pasted), asks.Typed("dev")]
    assert not attended.typing.is_heard


def test_where_nobody_types_nobody_is_told_to_paste() -> None:
    attended = Attended()
    attended.typing = FakeKeyboard(somebody=False)
    agent = ScriptedAgent((answers.MayPaste(), OPENED))

    AgentClient(agent.connect).open(OPEN, attended)

    assert not attended.noted.pasting


def test_a_question_that_nobody_can_answer_gives_the_sign_in_up() -> None:
    class Nobody(Attended):
        def type_name(self, question: answers.Confirm) -> str:
            raise InputNeeded(question.profile, option="a terminal")

    agent = ScriptedAgent((answers.Confirm("prod", "1", "r", "prod"),), (OPENED,))

    with pytest.raises(InputNeeded):
        AgentClient(agent.connect).open(OPEN, Nobody())

    assert agent.hung_up.wait(10)
    assert agent.heard == [OPEN]


def test_an_opening_that_fails_says_why() -> None:
    failed = Failed("SignInTimedOut", "nobody came", "sekisho login", "", 3)
    agent = ScriptedAgent((answers.Waiting(600.0), failed))

    with pytest.raises(SignInNeeded, match="nobody came"):
        AgentClient(agent.connect).open(OPEN, Attended())


def test_a_scope_lives_as_long_as_its_block() -> None:
    agent = ScriptedAgent((answers.Scoped("/run/only.sock", "2026-01-01T00:00:00Z"),), ())

    with AgentClient(agent.connect).scope(("dev",), CONFIG, 3600) as scoped:
        alive = not agent.hung_up.is_set()

    assert scoped.socket == "/run/only.sock"
    assert alive
    assert agent.hung_up.wait(10)


def test_closing_and_stopping_ask_for_just_that() -> None:
    closed = answers.Closed(())
    agent = ScriptedAgent((closed,), (answers.Stopping(),))
    client = AgentClient(agent.connect)

    assert client.close(None, local=True) == closed
    client.stop()
    assert agent.heard == [asks.Close(None, local=True), asks.Stop()]


def test_lines_of_two_threads_are_never_mixed() -> None:
    agent = ScriptedAgent(*((answers.Waiting(1.0),) for _ in range(200)))
    line = agent.connect()

    def say() -> None:
        for _ in range(100):
            line.send(b'{"ask":"typed","text":"' + b"x" * 1000 + b'","version":1}\n')

    others = [threading.Thread(target=say) for _ in range(2)]
    for each in others:
        each.start()
    lines = [line.receive(10) for _ in range(200)]
    for each in others:
        each.join()
    line.close()

    assert len(set(lines)) == 1
    assert len(agent.heard) == 200
