"""The systemd user unit that runs the agent."""

from collections.abc import Sequence

__all__ = ["agent_unit"]

_UNIT = """\
# Written by `sekisho agent install`. To use it: systemctl --user enable --now sekisho-agent
[Unit]
Description=sekisho agent: AWS sign-ins in memory, behind gates

[Service]
ExecStart={command}
Restart=on-failure
LimitCORE=0
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
"""


def agent_unit(command: Sequence[str]) -> str:
    """Return the unit that runs `command`."""
    return _UNIT.format(command=" ".join(map(_quoted, command)))


def _quoted(word: str) -> str:
    """Quote a word as systemd.service(5) reads `ExecStart`: `%` and `$` begin something there."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != word or not word or " " in word else word
