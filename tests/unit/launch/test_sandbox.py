"""What bubblewrap is told: what is shown, and what never is."""

from dataclasses import replace
from pathlib import Path

import pytest

from sekisho.errors import SandboxRefused
from sekisho.launch.sandbox import Sandbox, bubblewrap, private_places, without_doors
from sekisho.launch.system_calls import call_filter

HOME = Path("/home/you")
PLAIN = Sandbox(
    project=HOME / "work/project",
    home=HOME,
    programs=(Path("/opt/sekisho"),),
    readable=(),
    writable=(),
    private=private_places(HOME, [HOME / ".config/sekisho"]),
    placed={Path("/run/x"): Path("/run/x")},
)


def arguments(sandbox: Sandbox, *, filtered: int | None = 7, closes: bool = True) -> list[str]:
    return bubblewrap(sandbox, filter_descriptor=filtered, closes_users=closes)


def after(option: str, told: list[str]) -> list[str]:
    """What follows each `option`."""
    return [told[at + 1] for at, word in enumerate(told) if word == option]


def test_only_the_project_can_be_written() -> None:
    assert after("--bind", arguments(PLAIN)) == [str(PLAIN.project)]


def test_what_can_be_written_never_hides_sekisho() -> None:
    inside = replace(PLAIN, programs=(PLAIN.project / ".venv",))
    told = arguments(inside)

    assert told.index(str(inside.programs[0])) > told.index(str(inside.project))


def test_what_is_private_and_lies_among_programs_and_settings_is_covered() -> None:
    told = arguments(replace(PLAIN, private=(Path("/usr/share"), Path("/etc/passwd"))))

    assert "/usr/share" in after("--tmpfs", told)
    assert told[told.index("/etc/passwd") - 2 : told.index("/etc/passwd")] == [
        "--ro-bind",
        "/dev/null",
    ]


def test_without_a_filter_there_is_no_controlling_terminal() -> None:
    assert "--new-session" in arguments(PLAIN, filtered=None)
    assert "--new-session" not in arguments(PLAIN)


def test_an_old_bubblewrap_is_not_told_what_it_does_not_know() -> None:
    assert "--disable-userns" in arguments(PLAIN)
    assert "--disable-userns" not in arguments(PLAIN, closes=False)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/home", "/home/you", "/home/you/.aws", "/home/you/.aws/sso", "/home/you/.config"),
        *("/home/you/.config/sekisho", "/home/you/.config/google-chrome/Default", "/tmp", "/run"),
        *("/run/user/1000", "/proc/self", "/dev/shm", "/var", "/home/you/.local", "/var/run/x"),
    ],
)
@pytest.mark.parametrize("how", ["project", "readable", "writable"])
def test_what_would_show_what_is_private_is_refused(path: str, how: str) -> None:
    shown = Path(path)
    sandboxes = {
        "project": replace(PLAIN, project=shown),
        "readable": replace(PLAIN, readable=(shown,)),
        "writable": replace(PLAIN, writable=(shown,)),
    }

    with pytest.raises(SandboxRefused):
        arguments(sandboxes[how])


@pytest.mark.parametrize("path", ["/home/you/work", "/srv/data", "/tmp/project", "/home/other/x"])
def test_what_shows_nothing_private_is_shown(path: str) -> None:
    told = arguments(replace(PLAIN, readable=(Path(path),)))

    assert path in after("--ro-bind", told)


def test_an_installation_around_something_private_is_refused() -> None:
    with pytest.raises(SandboxRefused):
        arguments(replace(PLAIN, programs=(HOME,)))


def test_what_is_private_is_so_wherever_links_lead(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".aws").symlink_to(tmp_path / "elsewhere")

    assert tmp_path / "elsewhere" in private_places(tmp_path, [])


def test_what_does_not_lead_outside_stays() -> None:
    environ = {"PATH": "/usr/bin", "SSH_AUTH_SOCK": "/x", "AWS_REGION": "eu-west-1"}

    assert without_doors(environ) == {"PATH": "/usr/bin", "AWS_REGION": "eu-west-1"}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_whole_instructions_and_ends_with_both_answers(machine: str) -> None:
    code = call_filter(machine)

    assert code is not None
    assert len(code) % 8 == 0
    assert code[-16:] == bytes.fromhex("06000000 0000ff7f 06000000 01000500")


def test_an_unknown_machine_has_no_filter() -> None:
    assert call_filter("riscv64") is None
