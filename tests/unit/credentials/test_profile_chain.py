"""The AWS CLI's guard against credential processes in a circle (`spec/aws-cli.md` §7.2)."""

import pytest

from sekisho.credentials.profile_chain import refuse_loop
from sekisho.errors import CredentialLoop, ExitStatus


@pytest.mark.parametrize("environ", [{}, {"_AWS_CLI_PROFILE_CHAIN": "a,b,c"}])
def test_a_profile_that_is_met_for_the_first_time_passes(environ: dict[str, str]) -> None:
    refuse_loop("dev", environ)


def test_a_circle_is_named_in_the_aws_clis_words() -> None:
    with pytest.raises(CredentialLoop) as refusal:
        refuse_loop("a", {"_AWS_CLI_PROFILE_CHAIN": 'a,"b, too"'})

    assert refusal.value.exit_status is ExitStatus.USAGE
    assert refusal.value.what == (
        "Credential process resolution detected an infinite loop, profile cycle: a -> b, too -> a"
    )


def test_a_chain_of_four_is_the_longest() -> None:
    with pytest.raises(CredentialLoop) as refusal:
        refuse_loop("c5", {"_AWS_CLI_PROFILE_CHAIN": "c1,c2,c3,c4"})

    assert refusal.value.what == (
        "Maximum recursive credential process resolution reached (4).\n"
        "Profiles seen: c1 -> c2 -> c3 -> c4"
    )
