"""The sandbox of `sekisho exec --sandbox`: what a command sees of this machine, for bubblewrap.

Pure: a description in, bubblewrap's arguments out. Nothing is there but what is listed: programs
and libraries read-only, the project folder, and what was allowed. The home is empty, `/tmp`, `/run`
and `/proc` are its own, and other processes are not there. The network is the machine's.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.errors import SandboxRefused
from sekisho.model import Environ

__all__ = ["Sandbox", "bubblewrap", "private_places", "without_doors"]

_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt"),
    *("/nix/store", "/gnu/store", "/var/lib/ca-certificates"),
)
"""Programs, libraries and settings of the machine."""
_EMPTY = ("/tmp", "/var/tmp", "/run")  # noqa: S108 (they are made, inside)
_NEVER = ("/proc", "/sys", "/dev", "/run", "/var/run")
_PRIVATE = """
    .aws .ssh .gnupg .password-store .netrc .docker .kube .azure .config/gcloud
    .local/share/keyrings .local/share/kwalletd .pki
    .mozilla .librewolf .waterfox .config/mozilla .config/librewolf
    .config/google-chrome .config/google-chrome-beta .config/google-chrome-unstable
    .config/chromium .config/BraveSoftware .config/microsoft-edge .config/vivaldi .config/opera
    .cache/mozilla .cache/google-chrome .cache/chromium .var/app snap
    Library/Application_Support Library/Keychains
    .bashrc .bash_profile .bash_login .profile .zshrc .zshenv .zprofile .config/fish .config/systemd
    .config/autostart .local/bin
"""
"""Below the home: keys, browsers with their sign-ins, and what a shell or a desktop starts."""
_DOORS = (
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"),
    *("SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "GNOME_KEYRING_CONTROL", "BROWSER"),
    *("TMUX", "TMUX_PANE", "STY", "DOCKER_HOST", "KRB5CCNAME", "VSCODE_IPC_HOOK_CLI", "TMPDIR"),
)
"""Variables that lead to what runs outside."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a command sees. All paths are real ones: absolute, and free of symbolic links."""

    project: Path
    """Where it works; it may write there."""
    home: Path
    programs: tuple[Path, ...]
    """Where sekisho itself lies, read-only."""
    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    private: tuple[Path, ...]
    """What is not to be seen, whatever is allowed."""
    placed: Mapping[Path, Path]
    """Files of this run: where they are to be seen, and where they lie."""


def private_places(home: Path, own: Sequence[Path]) -> tuple[Path, ...]:
    """Return what no sandbox shows: `own` of sekisho and AWS, and what a home has of its kind."""
    below = [home / name.replace("_", " ") for name in _PRIVATE.split()]
    real = (Path(os.path.realpath(path)) for path in (*own, *below))
    return tuple(dict.fromkeys([*own, *below, *real]))


def without_doors(environ: Environ) -> dict[str, str]:
    """Return `environ` without what leads to agents, buses and displays outside."""
    return {name: value for name, value in environ.items() if name not in _DOORS}


def bubblewrap(sandbox: Sandbox, *, filter_descriptor: int | None, closes_users: bool) -> list[str]:
    """Return bubblewrap's arguments, up to the command.

    `filter_descriptor` has the filter of system calls (`launch.system_calls`); without one the
    command gets no controlling terminal. `closes_users`: bubblewrap can forbid further user
    namespaces. Raises `SandboxRefused` where what is to be shown would show what is private.
    """
    for path in (sandbox.project, *sandbox.readable, *sandbox.writable):
        _refuse_exposure(path, sandbox)
    for path in sandbox.programs:
        _refuse_broad_program(path, sandbox)
    return [
        *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"),
        *("--unshare-cgroup-try", "--cap-drop", "ALL", "--die-with-parent"),
        *(("--disable-userns",) if closes_users else ()),
        *(
            ("--new-session",)
            if filter_descriptor is None
            else ("--seccomp", str(filter_descriptor))
        ),
        *_system(),
        *_hidden(sandbox.private),
        *(word for folder in _EMPTY for word in ("--tmpfs", folder)),
        *("--dev", "/dev", "--proc", "/proc"),
        *("--tmpfs", str(sandbox.home)),
        *_bound("--ro-bind", sandbox.readable),
        *_bound("--bind", (sandbox.project, *sandbox.writable)),
        *_bound(
            "--ro-bind", sandbox.programs
        ),  # after what can be written, of which they may be part
        *_placed(sandbox.placed),
        *("--chdir", str(sandbox.project)),
    ]


def _refuse_exposure(path: Path, sandbox: Sandbox) -> None:
    for place in sandbox.private:
        if path.is_relative_to(place) or place.is_relative_to(path):
            raise SandboxRefused(
                f"the sandbox would show {place}, which has to stay hidden, as part of {path}"
                if path != place
                else f"{path} has to stay hidden from the sandbox",
                do="run it in the folder of your project, and allow no more than it needs",
            )
    for broad in (*map(Path, _NEVER), *map(Path, _EMPTY), sandbox.home):
        inside = str(broad) in _NEVER and path.is_relative_to(broad)
        if inside or broad.is_relative_to(path):
            raise SandboxRefused(
                f"the sandbox has a {broad} of its own; {path} cannot be shown in it",
                do="run it in the folder of your project, and allow no more than it needs",
            )


def _refuse_broad_program(path: Path, sandbox: Sandbox) -> None:
    for place in sandbox.private:
        if place.is_relative_to(path):
            raise SandboxRefused(
                f"sekisho is installed in {path}, which has {place} in it",
                do="install sekisho in a folder of its own",
            )


def _system() -> Iterator[str]:
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():  # /bin → usr/bin
            yield from ("--symlink", str(path.readlink()), name)
        elif path.exists():
            yield from ("--ro-bind", name, name)
    resolver = Path(os.path.realpath("/etc/resolv.conf"))
    if not resolver.is_relative_to("/etc") and resolver.exists():
        yield from ("--ro-bind", str(resolver), str(resolver))


def _hidden(private: Sequence[Path]) -> Iterator[str]:
    """Cover what is private and lies among the machine's programs and settings, as it may."""
    for path in dict.fromkeys(Path(os.path.realpath(path)) for path in private):
        if not any(path.is_relative_to(shown) for shown in _SYSTEM):
            continue
        if path.is_dir():
            yield from ("--tmpfs", str(path))
        elif path.exists():
            yield from ("--ro-bind", os.devnull, str(path))


def _bound(option: str, paths: Sequence[Path]) -> Iterator[str]:
    for path in paths:
        yield from (option, str(path), str(path))


def _placed(files: Mapping[Path, Path]) -> Iterator[str]:
    for seen, lies in files.items():
        yield from ("--ro-bind", str(lies), str(seen))
