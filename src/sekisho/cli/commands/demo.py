"""`sekisho demo`: the story, replayed for real."""

import click

from sekisho.cli.options import common, common_options
from sekisho.errors import MissingExtra

__all__ = ["demo"]


@click.command()
@common_options
@click.option("--interactive", is_flag=True, help="Sign in yourself, in your own browser.")
@click.pass_context
def demo(context: click.Context, interactive: bool) -> int:
    """Watch one login open two environments, and how sekisho ends it.

    Starts the center in a scratch home, which it removes: nothing of yours is read or written.
    Exits 1 when a step does not go as the story says.
    """
    try:
        import uvicorn  # noqa: F401  # the center's server stands for the whole extra
    except ImportError as error:
        raise MissingExtra("sekisho demo", extra="center") from error
    from sekisho.demo.story import play

    return play(interactive=interactive, color=common(context).color)
