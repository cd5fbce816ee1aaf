"""Generated profiles: what is added, changed and taken away, and what is never touched."""

import hashlib
import json

import pytest

from sekisho.configure.generate_marks import MARK
from sekisho.configure.generate_rules import AccountRule, parse_rules
from sekisho.configure.generate_wanted import By, Listed
from sekisho.configure.guard import guard
from sekisho.errors import EditRefused, NamesCollide, SekishoError, SessionNotFound, UsageError
from sekisho.model import Delivery, SessionName, SignInTarget, StartUrl
from tests.unit.configure.generating import (
    DEV,
    FILES,
    HOGE,
    MINE,
    SESSIONS,
    STG,
    URL,
    account,
    both,
    made,
    resolved,
    text,
)


def test_each_account_and_role_gets_a_profile_at_the_end() -> None:
    plan = made(MINE + SESSIONS, both("Admin", "ReadOnly"))

    assert text(plan).startswith(MINE + SESSIONS)
    assert [profile.name for profile in plan.added] == [
        f"{name}-{role}" for name in (DEV, STG) for role in ("Admin", "ReadOnly")
    ]
    assert resolved(plan, "hoge-stg-ReadOnly") == ("hoge", "000000000002", "ReadOnly", None)


def test_a_second_run_changes_nothing() -> None:
    first = made(MINE + SESSIONS, both(), region="eu-west-1", by=By.ENVIRONMENT)
    second = made(text(first), both(), region="eu-west-1", by=By.ENVIRONMENT)

    assert not first.in_order
    assert second.in_order
    assert second.after == first.after


def test_regions_come_by_the_first_rule_that_matches_then_by_the_option() -> None:
    rules = parse_rules("--region-for", ["*-stg=eu-west-1", "*2=eu-west-3"], "REGION")
    accounts = (*both(), account(12, None, "Admin"))

    plan = made(SESSIONS, accounts, region="us-east-1", regions=rules)

    assert [p.region for p in plan.added] == ["us-east-1", "eu-west-1", "eu-west-3"]
    assert resolved(plan, "000000000012-Admin")[3] == "eu-west-3"


@pytest.mark.parametrize("rule", ["x", "=x", "x="])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(UsageError, match="it is not PATTERN=REGION"):
        parse_rules("--region-for", [rule], "REGION")


def test_a_changed_rule_changes_only_the_settings_it_gives() -> None:
    before = made(MINE + SESSIONS, both(), region="us-east-1")
    after = made(text(before), both(), region="us-west-2")
    without = made(text(after), both())

    assert {(d.key, d.held, d.wanted) for d in after.changed} == {
        ("region", "us-east-1", "us-west-2")
    }
    assert text(after).count("region = us-west-2") == 2
    assert text(without) == text(after)  # no rule says otherwise


# --- what is somebody's own ---------------------------------------------------------------------


def test_a_hand_written_profile_for_the_same_role_stays() -> None:
    own = (
        "[profile hoge-dev-Admin]\nsso_start_url=https://hoge.awsapps.com/start#/\n"
        "sso_region=us-east-1\nsso_account_id=000000000001\nsso_role_name=Admin\n\n"
    )
    plan = made(own + SESSIONS, both())

    assert plan.own == ("hoge-dev-Admin",)
    assert text(plan).startswith(own)
    assert [profile.name for profile in plan.added] == ["hoge-stg-Admin"]


def test_a_profile_that_was_guarded_since_stays_and_serves() -> None:
    first = made(SESSIONS, both())
    guarded = guard(
        first.after,
        None,
        FILES,
        delivery=Delivery.GUARDED,
        program="sekisho",
        names=["hoge-dev-Admin"],
    )

    plan = made(guarded.after.decode(), both())

    assert plan.own == ("hoge-dev-Admin",)
    assert plan.after == guarded.after


def test_a_session_of_an_environment_is_not_named_as_a_guarded_one() -> None:
    taken = "[sekisho-session hoge-dev]\nsso_start_url = x\nsso_region = us-east-1\n"

    plan = made(SESSIONS + taken, both(), by=By.ENVIRONMENT)

    assert "[sso-session hoge-dev-2]" in text(plan)


@pytest.mark.parametrize(
    "own",
    [
        "[profile hoge-dev-Admin]\nregion = us-east-1\n",
        (
            "[profile hoge-dev-Admin]\nsso_session = hoge\nsso_account_id = 000000000003\n"
            "sso_role_name = Admin\n"
        ),
    ],
)
def test_a_hand_written_profile_for_something_else_is_a_collision(own: str) -> None:
    with pytest.raises(NamesCollide) as refusal:
        made(own + SESSIONS, both())

    assert "hoge-dev-Admin: /home/you/.aws/config:1 has it" in refusal.value.what
    assert "hoge-stg-Admin" not in refusal.value.what


def test_a_profile_of_the_credentials_file_is_a_collision() -> None:
    with pytest.raises(NamesCollide, match="/home/you/.aws/credentials:1"):
        made(SESSIONS, both(), credentials="[hoge-dev-Admin]\naws_access_key_id = AKIAFAKE\n")


def test_an_edited_setting_stays_and_is_said() -> None:
    first = text(made(SESSIONS, both(), region="us-east-1"))
    edited = first.replace("\nregion = us-east-1", "\nregion = ap-south-1", 1)
    plan = made(edited, both(), region="us-west-2")

    assert plan.own == ("hoge-dev-Admin",)
    assert resolved(plan, "hoge-dev-Admin")[3] == "ap-south-1"
    assert resolved(plan, "hoge-stg-Admin")[3] == "us-west-2"


def test_an_added_setting_stays_while_the_generated_ones_change() -> None:
    first = text(made(SESSIONS, both()))
    edited = first.replace("sso_role_name = Admin\n", "sso_role_name = Admin\nregion = x-1\n", 1)

    plan = made(edited.replace("[profile hoge-dev", "# why\n[profile hoge-dev"), both(),
                region="us-west-2", by=By.ENVIRONMENT)  # fmt: skip

    assert resolved(plan, "hoge-dev-Admin") == ("hoge-dev", "000000000001", "Admin", "x-1")
    assert "# why\n[profile hoge-dev" in text(plan)
    assert made(text(plan), both(), region="us-west-2", by=By.ENVIRONMENT).in_order


# --- what is no longer assigned -----------------------------------------------------------------


def test_what_is_no_longer_assigned_is_named_and_stays_without_prune() -> None:
    first = text(made(MINE + SESSIONS, both()))
    plan = made(first, both()[:1])

    assert plan.stale == ("hoge-stg-Admin",)
    assert not plan.in_order
    assert text(plan) == first


def test_prune_takes_away_what_generate_had_added_to_the_last_byte() -> None:
    before = made(MINE + SESSIONS, both()[:1])
    more = made(text(before), both("Admin", "ReadOnly"))
    plan = made(text(more), both()[:1], prune=True)

    assert plan.after == before.after
    assert plan.stale == ("hoge-dev-ReadOnly", "hoge-stg-Admin", "hoge-stg-ReadOnly")


@pytest.mark.parametrize(
    "held, now",
    [
        ("sso_account_id = 000000000002", "sso_account_id = 000000000009"),
        ("sso_account_id = 000000000002", "output = json\nsso_account_id = 000000000002"),
    ],
)
def test_prune_keeps_what_was_edited_by_hand(held: str, now: str) -> None:
    edited = text(made(SESSIONS, both())).replace(held, now)
    plan = made(edited, both()[:1], prune=True)

    assert (plan.stale, plan.kept) == ((), ("hoge-stg-Admin",))
    assert text(plan) == edited


def test_prune_keeps_what_was_written_by_hand_and_what_other_portals_have() -> None:
    other = SignInTarget(
        StartUrl("https://fuga.awsapps.com/start"), HOGE.region, SessionName("fuga"), HOGE.scopes
    )
    config = SESSIONS + SESSIONS.replace("hoge", "fuga")
    fuga = text(made(config, listed=[Listed(other, (account(7, "fuga", "Admin"),))]))

    plan = made(MINE + fuga, both(), prune=True)

    assert (plan.stale, plan.kept) == ((), ())
    assert "[profile fuga-Admin]" in text(plan)


# --- names that collide -------------------------------------------------------------------------


def test_names_that_collide_are_refused_and_all_are_said() -> None:
    with pytest.raises(NamesCollide) as refusal:
        made(SESSIONS, both("Admin", "ReadOnly"), template="{role_name}")

    assert "Admin: Admin in 000000000001, Admin in 000000000002" in refusal.value.what
    assert "ReadOnly: ReadOnly in 000000000001" in refusal.value.what
    assert "{account_id}" in (refusal.value.do or "")


def test_two_sessions_of_one_portal_collide_until_the_template_tells_them_apart() -> None:
    second = SignInTarget(URL, HOGE.region, SessionName("second"), HOGE.scopes)
    config = SESSIONS + SESSIONS.replace("hoge]", "second]")
    listed = [Listed(HOGE, both()), Listed(second, both())]
    with pytest.raises(NamesCollide) as refusal:
        made(config, listed=listed)

    assert "Admin in 000000000001 by hoge, Admin in 000000000001 by second" in refusal.value.what
    assert "{session}-" in (refusal.value.do or "")
    assert len(made(config, listed=listed, template="{session}-{account_name}").added) == 4
    assert len(made(config, listed=listed, by=By.ENVIRONMENT).added) == 2


@pytest.mark.parametrize(
    "template, named",
    [
        ("{role_name|map:Admin=default}", "default: is what commands take"),
        ("{role_name|map:Admin=}", "(nothing): is no name"),
    ],
)
def test_a_name_that_is_none_is_refused(template: str, named: str) -> None:
    with pytest.raises(NamesCollide) as refusal:
        made(SESSIONS, both()[:1], template=template)

    assert named in refusal.value.what


@pytest.mark.parametrize("name", ["Log Archive", "it's", 'a"b', "開発", "a=b:c;d#e", "a]b"])
def test_a_name_with_blanks_or_quotes_is_read_back_as_it_is(name: str) -> None:
    plan = made(SESSIONS, [account(1, name, "Admin")], template="{account_name}")

    assert resolved(plan, name)[1] == "000000000001"
    assert made(text(plan), [account(1, name, "Admin")], template="{account_name}").in_order


def test_a_name_with_a_line_break_is_refused() -> None:
    with pytest.raises(EditRefused):
        made(SESSIONS, [account(1, "a\nb", "Admin")], template="{account_name}")


# --- sessions -----------------------------------------------------------------------------------


def test_each_environment_gets_a_session_of_its_own() -> None:
    plan = made(SESSIONS, (*both(), account(3, "Log Archive", "Admin")), by=By.ENVIRONMENT)

    assert plan.sessions == ("hoge-dev", "hoge-stg", "hoge-000000000003")
    assert [resolved(plan, p.name)[0] for p in plan.added] == list(plan.sessions)


def test_a_declared_environment_counts_before_a_guessed_one() -> None:
    policy = '[environment.nightly]\nprofiles = ["hoge-dev-*"]\n'

    assert made(SESSIONS, both(), by=By.ENVIRONMENT, policy=policy).sessions == (
        "hoge-nightly",
        "hoge-stg",
    )


def test_a_session_that_is_there_is_taken_and_one_of_another_portal_is_not() -> None:
    there = SESSIONS.replace("hoge]", "hoge-dev]")
    other = SESSIONS.replace("hoge]", "hoge-stg]").replace("us-east-1", "eu-west-1")
    half = "[sso-session hoge-stg-2]\nsso_region = us-east-1\n"

    plan = made(SESSIONS + there + other + half, both(), by=By.ENVIRONMENT)

    assert plan.sessions == ("hoge-stg-3",)
    assert [p.target.session for p in plan.added] == ["hoge-dev", "hoge-stg-3"]


def test_a_session_rule_counts_before_all_else() -> None:
    config = SESSIONS + SESSIONS.replace("hoge]", "special]")
    rules = parse_rules("--session-for", ["*-stg=special"], "NAME")
    plan = made(config, both(), sessions=rules, by=By.ENVIRONMENT)

    assert [p.target.session for p in plan.added] == ["hoge-dev", "special"]


@pytest.mark.parametrize(
    "session, error",
    [("nowhere", SessionNotFound), ("other", UsageError)],
)
def test_a_session_rule_has_to_lead_to_the_same_portal(
    session: str, error: type[SekishoError]
) -> None:
    config = SESSIONS + SESSIONS.replace("hoge", "other")
    with pytest.raises(error, match=session):
        made(config, both(), sessions=[AccountRule("*", session)])


# --- what [DEFAULT] does ------------------------------------------------------------------------


def test_a_profile_that_would_mean_something_else_is_not_written() -> None:
    config = "[DEFAULT]\nsso_start_url = https://other.awsapps.com/start\n" + SESSIONS
    with pytest.raises(EditRefused, match="hoge-dev-Admin"):
        made(config, both())


def test_what_the_mark_says_is_the_digest_of_what_was_written() -> None:
    written = {"sso_session": "hoge", "sso_account_id": "000000000001", "sso_role_name": "Admin"}
    digest = hashlib.sha256(json.dumps(sorted(written.items())).encode()).hexdigest()[:16]

    assert f"{MARK} = {digest}\n" in text(made(SESSIONS, both()))
