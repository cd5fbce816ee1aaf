"""An interactive shell that shows in its prompt which profile it has.

The person's own start files are read as ever. After them the marker is put before the prompt,
anew whenever something else has set that; and what chooses credentials is set once more, since
start files like to set it, too.
"""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.launch.environment import always_removed
from sekisho.model import Environ

__all__ = ["MARKED", "ShellStart", "shell_start"]


@dataclass(frozen=True, slots=True)
class ShellStart:
    """How to start a shell."""

    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    """To be added to its environment."""
    files: Mapping[Path, str] = field(default_factory=dict)
    """To be written before it starts, inside the scratch folder."""


def shell_start(
    program: str, label: str, *, folder: Path, environ: Environ, own: Environ
) -> ShellStart:
    """Return how to start `program` so that its prompt shows `label`.

    `environ` is what it gets, and `own` what the person's shell has; files go below `folder`. A
    shell of another kind than those of `MARKED` starts as it is. `label` may hold anything but
    what steers a terminal.
    """
    make = MARKED.get(Path(program).name)
    if make is None:
        return ShellStart((program,))
    given = {name: value for name, value in environ.items() if own.get(name) != value}
    return make(program, label, folder, given, own)


def _bash(
    program: str, label: str, folder: Path, given: Mapping[str, str], _: Environ
) -> ShellStart:
    rc = folder / "bashrc"
    text = f"""\
if [ -f ~/.bashrc ]; then . ~/.bashrc; fi
{_posix_settings(given)}
_sekisho_label={shlex.quote(label)}
_sekisho_mark='\\[\\e[33m\\](${{_sekisho_label}})\\[\\e[0m\\] '
_sekisho_prompt() {{
  case $PS1 in *"$_sekisho_mark"*) ;; *) PS1=$_sekisho_mark$PS1 ;; esac
}}
case $(declare -p PROMPT_COMMAND 2>/dev/null) in
  'declare -a'*) PROMPT_COMMAND+=(_sekisho_prompt) ;;
  *) PROMPT_COMMAND=${{PROMPT_COMMAND:+$PROMPT_COMMAND$'\\n'}}_sekisho_prompt ;;
esac
"""
    return ShellStart((program, "--rcfile", str(rc), "-i"), files={rc: text})


def _zsh(
    program: str, label: str, folder: Path, given: Mapping[str, str], own: Environ
) -> ShellStart:
    ours = folder / "zsh"
    own_folder = own.get("ZDOTDIR")
    leave = "unset ZDOTDIR" if own_folder is None else f"ZDOTDIR={shlex.quote(own_folder)}"
    come_back = f"ZDOTDIR={shlex.quote(str(ours))}"
    env = f"""\
{leave}
if [[ -f ${{ZDOTDIR:-$HOME}}/.zshenv ]]; then . "${{ZDOTDIR:-$HOME}}/.zshenv"; fi
_sekisho_zdotdir=${{ZDOTDIR-}}
{come_back}
"""
    rc = f"""\
if [[ ${{HISTFILE-}} == $ZDOTDIR/* ]]; then HISTFILE=${{_sekisho_zdotdir:-$HOME}}/.zsh_history; fi
if [[ -n $_sekisho_zdotdir ]]; then ZDOTDIR=$_sekisho_zdotdir; else unset ZDOTDIR; fi
unset _sekisho_zdotdir
if [[ -f ${{ZDOTDIR:-$HOME}}/.zshrc ]]; then . "${{ZDOTDIR:-$HOME}}/.zshrc"; fi
{_posix_settings(given)}
psvar[20]={shlex.quote(label)}
_sekisho_mark='%F{{yellow}}(%20v)%f '
_sekisho_prompt() {{
  [[ $PROMPT == *"$_sekisho_mark"* ]] || PROMPT=$_sekisho_mark$PROMPT
}}
typeset -ga precmd_functions
precmd_functions+=(_sekisho_prompt)
"""
    return ShellStart(
        (program, "-i"), {"ZDOTDIR": str(ours)}, {ours / ".zshenv": env, ours / ".zshrc": rc}
    )


def _fish(program: str, label: str, _: Path, given: Mapping[str, str], __: Environ) -> ShellStart:
    gone = "\n".join(f"set -e {name}" for name in _gone(given))
    here = "\n".join(f"set -gx {name} {_in_fish(value)}" for name, value in given.items())
    text = f"""\
{gone}
{here}
set -g _sekisho_label {_in_fish(label)}
functions -c fish_prompt _sekisho_own_prompt
function fish_prompt
  set -l before $status
  set_color yellow; printf '(%s) ' $_sekisho_label; set_color normal
  echo "exit $before" | source
  _sekisho_own_prompt
end
"""
    return ShellStart((program, "--interactive", "--init-command", text))


_Make = Callable[[str, str, Path, Mapping[str, str], Environ], ShellStart]

MARKED: Mapping[str, _Make] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
"""How each shell starts that can show a marker, by its name."""


def _gone(given: Mapping[str, str]) -> list[str]:
    return [name for name in always_removed() if name not in given]


def _posix_settings(given: Mapping[str, str]) -> str:
    lines = [f"unset {' '.join(_gone(given))}"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in given.items()]
    return "\n".join(lines)


def _in_fish(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
