"""A word about static keys in the environment, which other tools take instead of a profile."""

import sys

import click

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import wrapped
from sekisho.model import Environ

__all__ = ["warn_of_static_keys"]


def warn_of_static_keys(environ: Environ, profile: str, *, color: str) -> None:
    """Say on stderr, where AWS_ACCESS_KEY_ID is set, that sekisho answers for `profile` all the
    same, and who would not (`spec/aws-cli.md` §1.7).
    """
    if not environ.get("AWS_ACCESS_KEY_ID"):
        return
    text = (
        f"AWS_ACCESS_KEY_ID is set. This is the answer for the profile {profile}; the AWS CLI and "
        "the SDKs take the keys in the environment instead, unless --profile is given to them."
    )
    click.echo(Ink(color, stderr=True).warn(wrapped(text, sys.stderr)), err=True, color=True)
