"""The wizard against the center: what the AWS CLI's wizard asks and writes, and what it gets wrong.

The results are those of the recorded runs of the real one (AWS CLI 2.36.7), blank lines left out.
"""

from dataclasses import replace

import pytest

from sekisho.configure.questions import Answers
from sekisho.errors import (
    InputNeeded,
    NothingAssigned,
    ServiceRejected,
    SignInDenied,
    StartUrlRefused,
    UsageError,
)
from sekisho.model import Form, SessionName, TokenKey
from sekisho.testing.http import InterposedHttp, failure
from sekisho.testing.interview import ScriptedInterview
from sekisho.wire.http import Headers, Request, Response
from tests.flow.wizard_scene import (
    SESSION_SECTION,
    Run,
    config_of,
    run_wizard,
    write_config,
)
from tests.flow.world import DEV, PERSON, SESSION, START_URL, World

HOGE = replace(SESSION, session=SessionName("hoge"))
ALL = Answers(
    sso_session="hoge",
    sso_start_url=START_URL,
    sso_region="us-east-1",
    sso_registration_scopes="sso:account:access",
    sso_account_id="1234567891012",
    sso_role_name="AdministratorAccess",
    region="ap-northeast-1",
    output="json",
    profile="dev",
)
WRITTEN = """\
[profile dev]
sso_session = hoge
sso_account_id = 1234567891012
sso_role_name = AdministratorAccess
region = ap-northeast-1
output = json
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""


def lines(text: str | None) -> str:
    return "".join(f"{line}\n" for line in (text or "").splitlines() if line)


def test_a_new_session_is_asked_for_signed_in_to_and_written_as_the_aws_cli_does(
    world: World,
) -> None:
    run = run_wizard(
        world,
        world.comes_back(),
        answers=("hoge", START_URL, "us-east-1", "", "hoge-stg", "ap-northeast-1", "json"),
    )

    assert run.interview.asked == [
        "SSO session name (Recommended):",
        "SSO start URL [None]:",
        "SSO region [None]:",
        "SSO registration scopes [sso:account:access]:",
        "There are 2 AWS accounts available to you.",
        "Default client Region [None]:",
        "CLI default output format (json if not specified) [None]:",
    ]
    assert run.interview.offered == [
        (
            "hoge-dev, dev@example.com (1234567891011)",
            "hoge-stg, stg@example.com (1234567891012)",
        )
    ]
    assert run.interview.said == [
        "Using the account ID 1234567891012",
        "The only role available to you is: AdministratorAccess",
        'Using the role name "AdministratorAccess"',
    ]
    assert lines(config_of(world)) == WRITTEN


def test_the_sign_in_is_kept_with_the_person_it_was_made_by(world: World) -> None:
    run = run_wizard(world, world.comes_back(), given=ALL)
    record = world.store.record(HOGE.token_key)

    assert run.done is not None
    assert run.done.person == PERSON
    assert run.done.opens == ("dev",)
    assert run.done.signed_in
    assert record is not None
    assert record.person == PERSON


def test_with_all_options_nothing_is_asked_but_the_sign_in(world: World) -> None:
    run = run_wizard(world, world.comes_back(), given=ALL, no_input=True)

    assert run.interview.asked == []
    assert lines(config_of(world)) == WRITTEN


def test_the_profiles_name_is_asked_for_last_where_none_was_chosen(world: World) -> None:
    given = replace(ALL, profile=None)
    run = run_wizard(world, world.comes_back(), given=given, chosen=None, answers=("",))

    assert run.interview.asked == ["Profile name [AdministratorAccess-1234567891012]:"]
    assert (config_of(world) or "").startswith("[profile AdministratorAccess-1234567891012]\n")


def test_without_a_session_the_legacy_form_is_warned_of_and_written(world: World) -> None:
    world.after(2, world.person)
    given = replace(ALL, sso_session=None, sso_start_url=None, sso_region=None, profile=None)
    run = run_wizard(world, given=given, chosen=None, answers=("", START_URL, "us-east-1", "old"))

    assert run.interview.said[0] == (
        "WARNING: Configuring using legacy format (e.g. without an SSO session).\n"
        'Consider re-running "configure sso" command and providing a session name.'
    )
    assert config_of(world) == (
        "[profile old]\n"
        "sso_start_url = https://hoge.awsapps.com/start\n"
        "sso_region = us-east-1\n"
        "sso_account_id = 1234567891012\n"
        "sso_role_name = AdministratorAccess\n"
        "region = ap-northeast-1\n"
        "output = json\n"
    )
    assert world.store.token(TokenKey(Form.LEGACY, START_URL)) is not None


def test_an_existing_session_is_used_with_the_sign_in_that_it_has(world: World) -> None:
    before = (
        f"{SESSION_SECTION}\n# a user comment that must survive\n[profile other]\nregion = x-1\n"
    )
    write_config(world, before)
    world.sign_in(world.comes_back(), target=HOGE)
    run = run_wizard(world, answers=("hoge", "hoge-dev", "", ""), chosen="stg")

    assert run.announced == []
    assert run.interview.known[0] == ("hoge",)
    assert config_of(world) == (
        f"{before}\n"
        "[profile stg]\n"
        "sso_session = hoge\n"
        "sso_account_id = 1234567891011\n"
        "sso_role_name = AdministratorAccess\n"
    )


@pytest.mark.parametrize("seconds", [28_800 - 14 * 60, 40_000])
def test_a_sign_in_that_is_about_to_end_is_made_anew(world: World, seconds: float) -> None:
    write_config(world, SESSION_SECTION)
    world.sign_in(world.comes_back(), target=HOGE)
    world.clock.advance(seconds)
    run = run_wizard(world, world.comes_back(), given=replace(ALL, sso_start_url=None))

    assert run.announced == [HOGE]


def test_a_newly_named_session_takes_no_sign_in_that_lies_about(world: World) -> None:
    world.sign_in(world.comes_back(), target=HOGE)
    run = run_wizard(world, world.comes_back(), given=ALL)

    assert run.announced == [HOGE]


def test_a_token_that_was_made_elsewhere_is_not_used(world: World) -> None:
    write_config(world, SESSION_SECTION)
    world.sign_in(world.comes_back(), target=HOGE)
    token, record = world.store.token(HOGE.token_key), world.store.record(HOGE.token_key)
    assert token is not None
    assert record is not None
    elsewhere = replace(record, portal_endpoint="https://sso.example.com")
    world.store.put_token(HOGE.token_key, token, elsewhere)
    run = run_wizard(world, world.comes_back(), given=ALL)

    assert run.announced == [HOGE]


def test_a_token_that_the_portal_answers_401_to_leads_to_a_sign_in(world: World) -> None:
    write_config(world, SESSION_SECTION)
    made = world.sign_in(world.comes_back(), target=HOGE)
    world.forget_everything()
    run = run_wizard(world, world.comes_back(), given=ALL)
    token = world.store.token(HOGE.token_key)

    assert run.announced == [HOGE]
    assert "sso_role_name = AdministratorAccess" in (config_of(world) or "")
    assert token is not None
    assert token.access_token != made.token.access_token


def test_a_denied_sign_in_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(SignInDenied):
        run_wizard(world, world.comes_back("Deny"), given=ALL)
    assert config_of(world) is None
    assert world.stored_files == []


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (replace(ALL, sso_account_id="1234567891099"), NothingAssigned),
        (replace(ALL, sso_role_name="ReadOnlyAccess"), NothingAssigned),
        (replace(ALL, sso_account_id=None), InputNeeded),
        (replace(ALL, region="no region"), UsageError),
        (replace(ALL, output="ap-northeast-1"), UsageError),
    ],
)
def test_what_fails_after_the_sign_in_leaves_nothing_behind_either(
    world: World, given: Answers, error: type[Exception]
) -> None:
    with pytest.raises(error):
        run_wizard(world, world.comes_back(), given=given)
    assert config_of(world) is None
    assert world.stored_files == []


def test_a_portal_in_trouble_leaves_nothing_behind(world: World) -> None:
    def forbidden(request: Request) -> Response | None:
        at_roles = "/assignment/roles" in request.url
        return failure(403, "ForbiddenException", {"message": "No access"}) if at_roles else None

    world.http = InterposedHttp(world.center, forbidden)

    with pytest.raises(NothingAssigned, match="No access"):
        run_wizard(world, world.comes_back(), given=ALL)
    assert world.stored_files == []


@pytest.mark.parametrize(
    ("missing", "option"),
    [
        ("sso_session", "--sso-session"),
        ("region", "--region"),
        ("output", "--output-format"),
        ("sso_start_url", "--sso-start-url"),
    ],
)
def test_with_no_input_a_missing_answer_is_named_before_anybody_signs_in(
    world: World, missing: str, option: str
) -> None:
    run = Run(ScriptedInterview(), [], [])

    with pytest.raises(InputNeeded) as refused:
        run_wizard(world, given=replace(ALL, **{missing: None}), no_input=True, run=run)
    assert refused.value.do == f"answer in advance: {option}"
    assert run.announced == []


def test_a_profile_that_is_there_is_changed_only_by_a_yes(world: World) -> None:
    before = f"{SESSION_SECTION}\n[profile dev]\nregion = eu-west-1  \n"
    write_config(world, before)
    world.sign_in(world.comes_back(), target=HOGE)

    with pytest.raises(UsageError, match="you said no"):
        run_wizard(world, given=ALL, answers=("n",))
    assert config_of(world) == before

    run = run_wizard(world, given=ALL, yes=True)
    assert "-region = eu-west-1" in run.diffs[0]
    assert "region = ap-northeast-1\n" in (config_of(world) or "")


def test_a_profile_of_the_legacy_form_moves_over_without_contradicting_its_session(
    world: World,
) -> None:
    write_config(
        world,
        f"{SESSION_SECTION}\n[profile dev]\nsso_start_url = https://fuga.awsapps.com/start\n"
        "sso_region = eu-west-1\n# ours\nca_bundle = /ca.pem\n",
    )
    world.sign_in(world.comes_back(), target=HOGE)
    run_wizard(world, given=ALL, yes=True)

    assert (config_of(world) or "").removeprefix(SESSION_SECTION) == (
        "\n[profile dev]\n# ours\nca_bundle = /ca.pem\nsso_session = hoge\n"
        "sso_account_id = 1234567891012\nsso_role_name = AdministratorAccess\n"
        "region = ap-northeast-1\noutput = json\n"
    )


def test_a_second_time_there_is_nothing_to_write(world: World) -> None:
    run_wizard(world, world.comes_back(), given=ALL)
    run = run_wizard(world, given=ALL)

    assert run.diffs == []
    assert "The config says so already: there is nothing to write." in run.interview.said


SHARED = f"{SESSION_SECTION}\n[profile stg]\nsso_session = hoge\nsso_account_id = 1234567891012\nsso_role_name = AdministratorAccess\nregion = ap-northeast-1\n"
TO_DEV = replace(ALL, sso_session=None, sso_account_id=DEV.account_id)


def test_a_session_that_opens_another_environment_is_not_shared_in_silence(world: World) -> None:
    write_config(world, SHARED)
    world.sign_in(world.comes_back(), target=HOGE)
    run = run_wizard(world, given=TO_DEV, answers=("hoge", "n"))

    assert "A login to hoge opens dev and also: stg" in run.interview.said
    assert run.interview.asked[-1] == (
        "Give dev an sso-session of its own, hoge-dev, so that one login opens one?"
    )
    assert run.done is not None
    assert run.done.opens == ("stg", "dev")


def test_a_session_of_its_own_gets_the_sign_in_that_was_made(world: World) -> None:
    write_config(world, SHARED)
    run = run_wizard(world, world.comes_back(), given=TO_DEV, answers=("hoge", "y"))
    own = TokenKey(Form.SSO_SESSION, "hoge-dev")

    assert run.done is not None
    assert (run.done.opens, run.done.signed_in, run.done.person) == (("dev",), True, PERSON)
    assert world.store.token(own) is not None
    assert world.store.token(HOGE.token_key) is None
    expected = WRITTEN.replace("sso_session = hoge", "sso_session = hoge-dev")
    expected = expected.replace("[sso-session hoge]", "[sso-session hoge-dev]")
    assert lines((config_of(world) or "").removeprefix(SHARED)) == expected.replace(
        "1234567891012", DEV.account_id
    )


def test_a_session_of_its_own_takes_a_login_where_none_was_made(world: World) -> None:
    write_config(world, SHARED)
    world.sign_in(world.comes_back(), target=HOGE)
    run = run_wizard(world, given=TO_DEV, answers=("hoge", "y"))

    assert run.done is not None
    assert not run.done.signed_in


def test_a_session_that_an_option_names_is_taken_and_what_it_opens_is_said(world: World) -> None:
    write_config(world, SHARED)
    world.sign_in(world.comes_back(), target=HOGE)
    run = run_wizard(world, given=replace(TO_DEV, sso_session="hoge"), no_input=True)

    assert run.interview.said[-1] == "A login to hoge opens dev and also: stg"
    assert run.interview.asked == []


def test_an_option_that_contradicts_the_session_is_refused(world: World) -> None:
    write_config(world, SESSION_SECTION)

    with pytest.raises(UsageError, match="sso_region = us-east-1, and --sso-region says eu-west-1"):
        run_wizard(world, given=replace(ALL, sso_region="eu-west-1"))


@pytest.mark.parametrize(("region", "good"), [("us-east-1", True), ("eu-west-1", False)])
def test_a_companys_own_start_url_is_signed_in_to_where_it_leads_in_the_same_region(
    world: World, region: str, good: bool
) -> None:
    ours = "https://sso.example.com"

    def redirect(request: Request) -> Response | None:
        return Response(302, Headers({"Location": START_URL})) if request.url == ours else None

    world.http = InterposedHttp(world.center, redirect)
    given = replace(ALL, sso_start_url=ours, sso_region=region)
    if good:
        run_wizard(world, world.comes_back(), given=given)
    else:
        world.http = InterposedHttp(world.center, _to_us_east_1)
        with pytest.raises(StartUrlRefused, match="a portal in us-east-1, not in eu-west-1"):
            run_wizard(world, given=given)
    assert (f"sso_start_url = {ours}\n" in (config_of(world) or "")) is good


def _to_us_east_1(request: Request) -> Response | None:
    there = Headers({"Location": "https://ssoins-1.portal.us-east-1.app.aws/start"})
    return Response(302, there) if request.method == "HEAD" else None


def test_a_scope_that_the_service_does_not_know_is_what_is_to_be_looked_at(world: World) -> None:
    with pytest.raises(ServiceRejected) as refused:
        run_wizard(world, given=replace(ALL, sso_registration_scopes="us-east-1"))

    assert refused.value.do == "check sso_registration_scopes"
    assert config_of(world) is None
