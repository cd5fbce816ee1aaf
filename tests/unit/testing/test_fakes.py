import pytest

from sekisho import ports
from sekisho.errors import InputNeeded, PortTaken, Unreachable
from sekisho.login.interface import Progress
from sekisho.testing.browser import FakeBrowser
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import InterposedHttp, ScriptedHttp, failure, success
from sekisho.testing.interview import ScriptedInterview
from sekisho.testing.loopback import Deliver, FakeLoopback, Happening, visit
from sekisho.testing.progress import NotedProgress
from sekisho.wire.http import Request, Response
from sekisho.wire.rejection import rejection_of

REQUEST = Request("GET", "http://127.0.0.1/")


def test_every_fake_is_what_it_stands_for() -> None:
    """A matter for the type checker: this is where it looks."""
    clock: ports.Clock = FakeClock()
    http: ports.Http = ScriptedHttp()
    interposed: ports.Http = InterposedHttp(http, lambda _request: None)
    browser: ports.Browser = FakeBrowser()
    loopback: ports.Loopback = FakeLoopback(FakeClock())
    progress: Progress = NotedProgress()
    interview: ports.Interview = ScriptedInterview()

    assert all((clock, http, interposed, browser, loopback, progress, interview))


def test_a_script_is_answered_in_order_and_then_no_more() -> None:
    http = ScriptedHttp(success({"a": 1}), Unreachable("http://127.0.0.1", "refused"))

    assert http.send(REQUEST).json() == {"a": 1}
    with pytest.raises(Unreachable):
        http.send(REQUEST)
    with pytest.raises(AssertionError, match="no answer is scripted"):
        http.send(REQUEST)


def test_a_failure_is_one_that_the_client_can_read() -> None:
    rejection = rejection_of(failure(400, "SlowDownException", {"error_description": "slower"}))

    assert (rejection.error, rejection.message) == ("SlowDownException", "slower")


def test_what_stands_in_the_way_lets_through_what_it_has_no_answer_for() -> None:
    inner = ScriptedHttp(success())
    http = InterposedHttp(inner, lambda request: Response(503) if request.body else None)

    assert http.send(REQUEST).status == 200
    assert http.send(Request("POST", "http://127.0.0.1/", body=b"x")).status == 503
    assert len(inner.requests) == 1
    assert len(http.requests) == 2


def test_a_listener_plays_what_happens_until_it_has_what_it_waits_for() -> None:
    clock, seen = FakeClock(), list[str]()

    def arrives(name: str) -> Happening:
        def happening(deliver: Deliver) -> None:
            deliver(visit(f"http://127.0.0.1:49152/{name}"))

        return happening

    def answer(request: Request) -> Response:
        seen.append(request.url.rpartition("/")[2])
        return Response(200)

    loopback = FakeLoopback(clock, arrives("one"), arrives("two"), arrives("three"))
    with loopback.listen(0) as listener:
        listener.serve(answer, lambda: "two" in seen, seconds=60)

    assert seen == ["one", "two"]
    assert clock.monotonic() == 0


def test_a_listener_to_whom_nothing_happens_lets_the_time_run_out() -> None:
    clock = FakeClock()
    with FakeLoopback(clock).listen(8400) as listener:
        port = listener.port
        listener.serve(lambda _request: Response(200), lambda: False, seconds=60)

    assert port == 8400
    assert clock.monotonic() == 60


def test_a_port_can_be_taken() -> None:
    with pytest.raises(PortTaken), FakeLoopback(FakeClock(), taken=(8400,)).listen(8400):
        pass


def test_a_browser_notes_what_it_was_to_show() -> None:
    browser = FakeBrowser(opens=False)

    assert not browser.open("https://hoge.awsapps.com/start")
    assert browser.opened == ["https://hoge.awsapps.com/start"]


def test_a_script_of_answers_passes_over_those_that_are_wrong_and_ends() -> None:
    person = ScriptedInterview("no", "yes", "y")

    assert person.ask("?", option="--o", check=lambda t: None if t == "yes" else "wrong") == "yes"
    assert person.said == ["wrong"]
    assert person.unused == ("y",)
    assert person.confirm("Sure?", option="--yes")
    with pytest.raises(InputNeeded):
        person.pick("Which?", ("a", "b"), option="--o")


def test_a_script_that_picks_what_is_not_there_is_a_fault_of_the_test() -> None:
    with pytest.raises(ValueError, match="c is no part of any of"):
        ScriptedInterview("c").pick("Which?", ("a", "b"), option="--o")
