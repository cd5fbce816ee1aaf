"""The command that sekisho was asked to run: instead of sekisho, or below it.

Below it, it is in sekisho's own process group, as if the shell had started it: pipes, Ctrl-C,
Ctrl-Z and the size of the terminal reach it straight from the kernel. sekisho keeps out of the
way: it hands on what was sent to it alone, stops when the command stops, and ends as that ended.
"""

import contextlib
import errno
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from sekisho.errors import ProgramNotStarted
from sekisho.model import Environ

__all__ = ["Supervisor", "become", "end_by", "find_program", "supervisor"]

_SHELL = "/bin/sh"
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_OURS = {
    # the kernel's word on what this process itself did
    *(signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGSEGV),
    *(signal.SIGSYS, signal.SIGPIPE, signal.SIGXFSZ, signal.SIGXCPU),
    # these stop sekisho as they stop the command
    *(signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU),
    # nobody can hold these back
    *(signal.SIGKILL, signal.SIGSTOP),
}
_MEANT_FOR_THE_COMMAND = (
    *(signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP),
    *(signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM),
)
"""What ends a program that has made no other arrangement; `sandboxed_start` undoes it."""
_SENT_BY_A_PROCESS = 0
"""`si_code` is at most this when a process has sent the signal, and not the kernel (sigaction(2))."""


def find_program(name: str, environ: Environ) -> str:
    """Return the path of the program `name`, as a shell in `environ` finds it.

    Raises `ProgramNotStarted`.
    """
    found = shutil.which(name, path=environ.get("PATH", os.defpath))
    if found is None:
        there = "/" in name and os.path.exists(name)  # noqa: PTH110 (a name, not a path)
        why = "it is no program" if there else "there is no such program"
        raise ProgramNotStarted(name, why if "/" in name else f"{why} in PATH")
    return found


def become(command: Sequence[str], environ: Environ) -> None:
    """Run `command` instead of this process, from this moment on; it does not return.

    Raises `ProgramNotStarted`.
    """
    program = find_program(command[0], environ)
    sys.stdout.flush()
    sys.stderr.flush()
    for number in _IGNORED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execve(program, list(command), dict(environ))  # noqa: S606 (no shell)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise _not_started(command[0], error) from error
    os.execve(_SHELL, _as_script(program, command), dict(environ))  # noqa: S606


@contextlib.contextmanager
def supervisor() -> Iterator["Supervisor"]:
    """Hold back this thread's signals while the block runs, for a command that it is to start.

    To be entered before any other thread is started, for those would take signals instead.
    """
    handed_on = set(signal.valid_signals()) - _OURS
    before = signal.pthread_sigmask(signal.SIG_BLOCK, handed_on)
    handler = signal.signal(
        signal.SIGCHLD, lambda *_: None
    )  # what is ignored may not be waited for
    try:
        yield Supervisor(handed_on, before)
    finally:
        signal.signal(signal.SIGCHLD, handler)
        _forget_pending(handed_on)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Supervisor:
    """Runs one command to its end."""

    def __init__(
        self, handed_on: "set[signal.Signals]", mask: "set[signal.Signals] | set[int]"
    ) -> None:
        """Wait for the signals `handed_on`; the command gets the `mask` that there was before."""
        self._handed_on = handed_on
        self._mask = mask

    def run(self, command: Sequence[str], environ: Environ, *, below: int = 0) -> int:
        """Run `command` to its end; return its exit status, negative for the signal that ended it.

        With `below`, what is started only holds what it is told to run, so many processes below
        it: that is who signals are meant for, and the others do not hear them. Raises
        `ProgramNotStarted`.
        """
        with _deaf(_MEANT_FOR_THE_COMMAND if below else ()):
            process = self._start(command, environ)
        return self._watch(process, below)

    def _watch(self, process: int, below: int) -> int:
        while True:
            number, by_a_process = self._next_signal(process)
            if number == signal.SIGCHLD:
                status = self._news_of(process)
                if status is not None:
                    return status
            elif number == signal.SIGCONT:
                _send(process, number)
                _send_to_its_group(process, number)
            elif by_a_process:
                _send(_descendant(process, below), number)

    def _start(self, command: Sequence[str], environ: Environ) -> int:
        program = find_program(command[0], environ)
        try:
            return self._spawn(program, command, environ)
        except OSError as error:
            if error.errno != errno.ENOEXEC:
                raise _not_started(command[0], error) from error
        return self._spawn(_SHELL, _as_script(program, command), environ)

    def _spawn(self, program: str, command: Sequence[str], environ: Environ) -> int:
        return os.posix_spawn(
            program,
            list(command),
            dict(environ),
            setsigmask=self._mask,
            setsigdef=_IGNORED_BY_PYTHON,
        )

    def _next_signal(self, process: int) -> tuple[int, bool]:
        """Wait for a signal; return it, and whether the command has not got it already."""
        wait = getattr(signal, "sigwaitinfo", None)
        if wait is None:
            # macOS does not say who sent it; what a terminal can send, the command has got from it
            number = signal.sigwait(self._handed_on)
            return number, number not in {signal.SIGINT, signal.SIGQUIT, signal.SIGWINCH}
        told = wait(self._handed_on)
        by_a_process = told.si_code <= _SENT_BY_A_PROCESS and told.si_pid != process
        return told.si_signo, by_a_process

    def _news_of(self, process: int) -> int | None:
        """Return the exit status of `process`, or `None` while there is none yet."""
        found, status = os.waitpid(process, os.WNOHANG | os.WUNTRACED)
        if not found:
            return None
        if os.WIFSTOPPED(status):
            if _has_the_terminal(process):
                # stopped by a signal to itself alone: the shell that waits has to learn of it
                os.kill(os.getpid(), signal.SIGSTOP)
            return None
        return os.waitstatus_to_exitcode(status)


def end_by(number: int) -> None:
    """End this process by the signal `number`, as the command was ended, so that shells see it.

    Leaves no core file. It returns only where the signal does not end a process.
    """
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    sys.stdout.flush()
    sys.stderr.flush()
    if number not in {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)


def _as_script(program: str, command: Sequence[str]) -> list[str]:
    """What a shell does with a file that the kernel cannot run: it is a script of sh."""
    return [_SHELL, program, *command[1:]]


def _not_started(name: str, error: OSError) -> ProgramNotStarted:
    return ProgramNotStarted(name, error.strerror or str(error))


def _send(process: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended; or is not ours
        os.kill(process, number)


def _send_to_its_group(process: int, number: int) -> None:
    """A shell that was stopped is in a group of its own, which nobody else wakes."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.getpgid(process) != os.getpgrp():
            os.killpg(os.getpgid(process), number)


def _has_the_terminal(process: int) -> bool:
    """Whether a shell's `fg` will wake both: else nobody would wake sekisho."""
    for descriptor in range(3):
        with contextlib.suppress(OSError):
            return os.tcgetpgrp(descriptor) in {os.getpgrp(), os.getpgid(process)}
    return False


@contextlib.contextmanager
def _deaf(numbers: "Sequence[signal.Signals]") -> Iterator[None]:
    """Have what is started while the block runs ignore these signals."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _descendant(process: int, below: int) -> int:
    """The one child of the one child …; the last that there is."""
    for _ in range(below):
        try:
            children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
        except OSError:
            return process
        if not children:
            return process
        process = int(children[0])
    return process


def _forget_pending(numbers: "set[signal.Signals]") -> None:
    """What came while the command was ending was meant for it."""
    while pending := signal.sigpending() & numbers:
        signal.sigwait(pending)
