"""The agent's section of `docs/performance.md`, as the last `./dev bench agent` made it."""

from bench.sections import Measured, table_of, write_section

__all__ = ["write_agent"]

_HEAD = """
## The agent

On one machine with {cores} cores, on which the load was made, too: a real agent, one open gate, and a
line of the audit log on the disk for each release. The clients are connections of one process. A latency
counts from when the release was due. Where the machine has other work, its load says how much.

"""


def write_agent(rows: list[Measured], *, cores: int) -> None:
    """Write the section anew."""
    write_section("agent", _HEAD.format(cores=cores) + table_of(rows))
