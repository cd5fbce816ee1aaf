"""The AWS CLI's guard against credential processes that start each other in a circle.

`aws configure export-credentials` notes each profile in an environment variable that its child
processes inherit (`spec/aws-cli.md` §7.2). sekisho starts none, so it adds nothing to the list;
but it may be a link of such a chain, and ends a circle that has come round to it.
"""

import csv

from sekisho.errors import CredentialLoop
from sekisho.model import Environ

__all__ = ["refuse_loop"]

_VARIABLE = "_AWS_CLI_PROFILE_CHAIN"
_MOST_LINKS = 4


def refuse_loop(profile: str, environ: Environ) -> None:
    """Raise `CredentialLoop` where `profile` is being resolved already, or the chain too long."""
    seen = next(csv.reader([environ.get(_VARIABLE, "")]), [])
    if len(seen) >= _MOST_LINKS:
        raise CredentialLoop(
            f"Maximum recursive credential process resolution reached ({_MOST_LINKS}).\n"
            f"Profiles seen: {' -> '.join(seen)}"
        )
    if profile in seen:
        raise CredentialLoop(
            "Credential process resolution detected an infinite loop, profile cycle: "
            + " -> ".join([*seen, profile])
        )
