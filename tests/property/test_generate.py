"""Generating adds, changes and removes what it wrote, and nothing else that botocore reads."""

from hypothesis import given, reject
from hypothesis import strategies as st

from sekisho.aws.portal import Account
from sekisho.awsconfig.document import parse
from sekisho.configure.generate import Generation, generate
from sekisho.configure.generate_marks import MARK
from sekisho.configure.generate_names import DEFAULT_TEMPLATE, parse_template
from sekisho.configure.generate_wanted import By, Listed, Wishes
from sekisho.errors import EditRefused, NamesCollide
from sekisho.login.assignments import AssignedAccount
from sekisho.model import AccountId, Region, RoleName, SessionName, SignInTarget, StartUrl
from tests.property.config_files import tidy_files
from tests.property.sso_configs import NAMES, Oracle, botocores

__all__ = ["botocores"]

PORTAL = SignInTarget(
    StartUrl("https://hoge.awsapps.com/start"),
    Region("us-east-1"),
    SessionName("listing"),
    ("sso:account:access",),
)
SESSION = (
    "[sso-session listing]\nsso_start_url = https://hoge.awsapps.com/start\n"
    "sso_region = us-east-1\nsso_registration_scopes = sso:account:access\n"
)


@st.composite
def configs(draw: st.DrawFn) -> bytes:
    """Any file that botocore reads, with the session that lists accounts somewhere at an end."""
    some = draw(tidy_files)
    ending = b"" if some.endswith((b"\n", b"\r")) or not some else b"\n"
    session = SESSION.encode()
    config = session + some if draw(st.booleans()) else some + ending + session
    if parse(config).faults:  # an indented header goes on with the value above it
        reject()
    return config


accounts = st.lists(
    st.builds(
        AssignedAccount,
        st.builds(
            Account,
            st.sampled_from(["000000000001", "000000000002", "123456789012"]).map(AccountId),
            st.sampled_from(["hoge-dev", "Log Archive", "開発", "it's", "a", None]),
            st.none(),
        ),
        st.lists(st.sampled_from(["Admin", "Read+Only", "a=b,c"]).map(RoleName), unique=True).map(
            tuple
        ),
    ),
    max_size=4,
    unique_by=lambda each: each.account.account_id,
)
wishes = st.builds(
    Wishes,
    template=st.sampled_from([DEFAULT_TEMPLATE, "{account_name} {role_name|lower}"]).map(
        parse_template
    ),
    by=st.sampled_from(By),
    region=st.sampled_from([None, "us-east-1", "eu-west-1"]).map(
        lambda name: None if name is None else Region(name)
    ),
    prune=st.booleans(),
)


def made(config: bytes, listed: list[AssignedAccount], wanted: Wishes) -> Generation:
    """Return the plan; what is refused is no example of anything else."""
    try:
        return generate(config, None, NAMES, [Listed(PORTAL, tuple(listed))], wanted)
    except (EditRefused, NamesCollide):
        reject()


def generated(data: bytes) -> set[str]:
    """The headers of the sections that carry the mark."""
    return {
        section.header
        for section in parse(data).sections
        if any(entry.name == MARK for entry in section.entries)
    }


def said(data: bytes) -> list[str]:
    """The lines that are not blank: with a section that is removed one goes that is."""
    return [line.rstrip("\r\n") for line in parse(data).lines if line.strip()]


@given(config=configs(), first=accounts, then=accounts, one=wishes, other=wishes)
def test_doing_it_again_changes_nothing_and_is_in_order(
    config: bytes,
    first: list[AssignedAccount],
    then: list[AssignedAccount],
    one: Wishes,
    other: Wishes,
) -> None:
    plan = made(made(config, first, one).after, then, other)
    again = made(plan.after, then, other)

    assert again.after == plan.after
    assert not again.added
    assert not again.changed
    assert again.stale == (() if other.prune else plan.stale)


@given(config=configs(), first=accounts, then=accounts, one=wishes, other=wishes)
def test_what_was_there_stands_before_what_comes_and_goes(
    config: bytes,
    first: list[AssignedAccount],
    then: list[AssignedAccount],
    one: Wishes,
    other: Wishes,
) -> None:
    once = made(config, first, one).after
    twice = made(once, then, other).after

    assert once.startswith(config)
    assert said(twice)[: len(said(config))] == said(config)


@given(config=configs(), first=accounts, one=wishes, other=wishes)
def test_pruning_all_takes_every_generated_profile_away(
    config: bytes, first: list[AssignedAccount], one: Wishes, other: Wishes
) -> None:
    full = made(config, first, one).after
    plan = made(full, [], Wishes(other.template, prune=True))

    assert set(plan.stale) <= {profile.name for profile in made(config, first, one).added}
    assert not generated(plan.after)


@given(config=configs(), listed=accounts, wanted=wishes)
def test_botocore_reads_each_profile_as_it_is_wanted_and_all_others_as_before(
    config: bytes, listed: list[AssignedAccount], wanted: Wishes, botocores: Oracle
) -> None:
    plan = made(config, listed, wanted)

    before = botocores.full(config, None)
    full = botocores.full(plan.after, None)
    for profile in plan.added:
        held = full["profiles"][profile.name]
        session = full["sso_sessions"][held["sso_session"]]
        assert session["sso_start_url"] == PORTAL.start_url
        assert held["sso_account_id"] == profile.role.account_id
        assert held["sso_role_name"] == profile.role.role_name
    for name, settings in before["profiles"].items():
        assert full["profiles"][name] == settings
