"""`sekisho generate`: what is asked, said, written, and refused before anything is asked."""

import json
import shlex

import pytest

from tests.unit.cli.conftest import CONFIG, CommandLine, Run, Service

NAMES = [
    f"hoge-{name}-{role}" for name in ("dev", "stg") for role in ("AdministratorAccess", "ReadOnly")
]


def assigned(*roles: str) -> bytes:
    """One body for both operations: the service answers every request alike."""
    accounts = [
        {"accountId": "123456789011", "accountName": "hoge-dev"},
        {"accountId": "123456789012", "accountName": "hoge-stg"},
    ]
    listed = [{"roleName": role} for role in roles]
    return json.dumps({"accountList": accounts, "roleList": listed}).encode()


@pytest.fixture
def signed_in(sekisho: CommandLine, service: Service) -> CommandLine:
    service.status, service.body = 200, assigned("AdministratorAccess", "ReadOnly")
    sekisho.sign_in("hoge-dev", service.url)
    return sekisho


def generate(line: CommandLine, arguments: str = "") -> Run:
    return line("generate", "--rate", "1000", *shlex.split(arguments))


def profiles(line: CommandLine) -> list[str]:
    answer = json.loads(line("profiles", "--json").out)
    return [str(name) for name in answer["profiles"]]


def test_it_writes_a_profile_for_each_role_and_keeps_a_backup(signed_in: CommandLine) -> None:
    run = generate(signed_in, "--yes --region eu-west-1")

    assert run.status == 0, run.err
    assert run.out == ""
    assert "hoge@hoge.com has 4 roles in 2 accounts, by hoge-dev." in run.err
    assert "+ hoge-stg-ReadOnly" in run.err
    assert "Profiles: 4 to add." in run.err
    assert profiles(signed_in) == ["dev", *NAMES]
    assert signed_in.config.read_text().startswith(CONFIG)
    backups = signed_in.home / "state/sekisho/backups"
    assert [path.read_text() for path in backups.glob("*.bak")] == [CONFIG]


def test_a_second_run_writes_nothing(signed_in: CommandLine) -> None:
    generate(signed_in, "--yes")
    before = signed_in.config.stat()

    run = generate(signed_in, "--no-input")

    after = signed_in.config.stat()
    assert run.status == 0, run.err
    assert run.err.endswith("There is nothing to change: 4 profiles.\n")
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_it_asks_once_for_the_accounts_and_once_for_each(
    signed_in: CommandLine, service: Service
) -> None:
    generate(signed_in, "--check")

    assert sorted(service.asked) == ["GET /assignment/accounts"] + ["GET /assignment/roles"] * 2


def test_nothing_is_written_where_nobody_can_be_asked(signed_in: CommandLine) -> None:
    run = generate(signed_in, "--no-input")

    assert run.status == 2
    assert "--yes" in run.err
    assert signed_in.config.read_text() == CONFIG


def test_a_dry_run_prints_the_diff_and_writes_nothing(signed_in: CommandLine) -> None:
    run = generate(signed_in, "--dry-run --region-for '*-stg=eu-central-1'")

    assert run.status == 0
    assert "+[profile hoge-dev-ReadOnly]" in run.out
    assert "+region = eu-central-1" in run.out
    assert "+sekisho_generated = ****" not in run.out
    assert "Nothing was changed" in run.err
    assert signed_in.config.read_text() == CONFIG


def test_profiles_without_a_region_are_said(signed_in: CommandLine) -> None:
    assert "have no region" in generate(signed_in, "--dry-run").err
    assert "have no region" not in generate(signed_in, "--dry-run --region us-east-1").err


def test_check_lists_what_is_not_in_order_and_exits_1(
    signed_in: CommandLine, service: Service
) -> None:
    before = generate(signed_in, "--check")
    generate(signed_in, "--yes --region us-east-1")
    in_order = generate(signed_in, "--check --region us-east-1")
    service.body = assigned("ReadOnly", "New")
    later = generate(signed_in, "--check --region us-east-2")

    assert before.status == 1
    assert len(before.out.splitlines()) == 4
    assert (in_order.status, in_order.out) == (0, "")
    assert "In order: 4 profiles." in in_order.err
    assert later.status == 1
    assert later.out.splitlines() == [
        "missing  hoge-dev-New: New in 123456789011",
        "missing  hoge-stg-New: New in 123456789012",
        "differs  hoge-dev-ReadOnly: region is us-east-1, should be us-east-2",
        "differs  hoge-stg-ReadOnly: region is us-east-1, should be us-east-2",
        "stale    hoge-dev-AdministratorAccess: not assigned, or another profile is for it",
        "stale    hoge-stg-AdministratorAccess: not assigned, or another profile is for it",
    ]
    assert "--prune removes them" in later.err


def test_check_has_json_for_programs(signed_in: CommandLine, service: Service) -> None:
    generate(signed_in, "--yes --region us-east-1")
    service.body = assigned("ReadOnly", "New")

    run = generate(signed_in, "--check --json --region us-east-2")

    answer = json.loads(run.out)
    missing, differing = answer.pop("missing"), answer.pop("differing")
    assert run.status == 1
    assert answer == {
        "version": 1,
        "file": str(signed_in.config),
        "in_order": False,
        "wanted": 4,
        "written": False,
        "sessions": [],
        "misnamed": [],
        "stale": ["hoge-dev-AdministratorAccess", "hoge-stg-AdministratorAccess"],
        "pruned": False,
        "own": [],
        "kept": [],
    }
    assert missing[0] == {
        "profile": "hoge-dev-New",
        "sso_session": "hoge-dev",
        "account_id": "123456789011",
        "account_name": "hoge-dev",
        "role_name": "New",
        "region": "us-east-2",
    }
    assert differing[0] == {
        "profile": "hoge-dev-ReadOnly",
        "key": "region",
        "held": "us-east-1",
        "wanted": "us-east-2",
    }


def test_prune_names_each_profile_before_it_asks(signed_in: CommandLine, service: Service) -> None:
    service.body = assigned(*(f"Role{number:02}" for number in range(20)))
    generate(signed_in, "--yes")
    service.body = assigned("Role00")

    asked = generate(signed_in, "--prune --no-input")
    kept = profiles(signed_in)
    done = generate(signed_in, "--prune --yes --json")

    assert (asked.status, len(kept)) == (2, 41)
    assert all(f"- hoge-stg-Role{number:02}\n" in asked.err for number in range(1, 20))
    assert "Profiles: 38 to remove." in asked.err
    assert profiles(signed_in) == ["dev", "hoge-dev-Role00", "hoge-stg-Role00"]
    assert (json.loads(done.out)["written"], json.loads(done.out)["pruned"]) == (True, True)


def test_another_template_renames_what_was_generated(signed_in: CommandLine) -> None:
    generate(signed_in, "--yes")
    before = signed_in.config.read_text()
    other = "--template '{account_name|trim:hoge-}-{role_name}'"

    drift = generate(signed_in, f"--check {other}")
    done = generate(signed_in, f"--yes {other}")

    assert drift.status == 1
    assert "misnamed hoge-dev-ReadOnly: should be dev-ReadOnly\n" in drift.out
    assert "~ hoge-dev-ReadOnly -> dev-ReadOnly\n" in done.err
    assert "Profiles: 4 to rename." in done.err
    assert signed_in.config.read_text() == before.replace("[profile hoge-", "[profile ")
    assert generate(signed_in, f"--check {other}").status == 0


def test_without_prune_the_others_are_named_and_stay(
    signed_in: CommandLine, service: Service
) -> None:
    generate(signed_in, "--yes")
    service.body = assigned("ReadOnly")

    run = generate(signed_in, "--yes")

    assert run.status == 0
    assert "hoge-stg-AdministratorAccess. --prune removes them." in run.err
    assert profiles(signed_in) == ["dev", *NAMES]


def test_names_that_collide_are_all_said_and_nothing_is_written(signed_in: CommandLine) -> None:
    run = generate(signed_in, "--yes --template '{role_name}'")

    assert run.status == 2
    assert "ReadOnly: ReadOnly in 123456789011, ReadOnly in 123456789012" in run.err
    assert signed_in.config.read_text() == CONFIG


def test_sessions_by_environment_are_added_and_the_logins_are_said(signed_in: CommandLine) -> None:
    run = generate(signed_in, "--yes --by environment --region us-east-1")

    assert run.status == 0, run.err
    assert "+ sso-session hoge-stg" in run.err
    assert "sekisho login --sso-session hoge-stg" in run.err
    assert "[sso-session hoge-stg]" in signed_in.config.read_text()
    assert "sso-session hoge-dev\n" not in run.err.partition("Profiles:")[0]


@pytest.mark.parametrize(
    "arguments, said",
    [
        ("--template '{account}'", 'no field "account"'),
        ("--region-for x", "it is not PATTERN=REGION"),
        ("--region-for '*=no region'", "no region is no Region"),
        ("--region 'no region'", "no region is no Region"),
        ("--session-for '*=nowhere'", '"nowhere"'),
        ("--sso-session hoge-deb", 'did you mean "hoge-dev"?'),
        ("--rate 0", "--rate"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_asked(
    signed_in: CommandLine, service: Service, arguments: str, said: str
) -> None:
    run = generate(signed_in, arguments)

    assert run.status == 2
    assert said in run.err
    assert service.asked == []


def test_a_region_that_is_not_known_is_only_a_warning(signed_in: CommandLine) -> None:
    run = generate(signed_in, "--yes --region us-east-9")

    assert run.status == 0
    assert "warning: There is no Region us-east-9 that sekisho knows" in run.err


def test_of_several_sessions_one_has_to_be_named(signed_in: CommandLine, service: Service) -> None:
    more = CONFIG + CONFIG.partition("\n\n")[2].replace("hoge-dev]", "hoge-stg]")
    signed_in.write_config(more)
    run = generate(signed_in)

    assert run.status == 2
    assert "hoge-dev, hoge-stg" in run.err
    assert service.asked == []


def test_without_a_session_it_says_how_to_make_one(signed_in: CommandLine) -> None:
    signed_in.write_config("[profile mine]\nregion = us-east-1\n")
    run = generate(signed_in)

    assert run.status == 2
    assert "sekisho configure sso-session" in run.err


def test_who_is_not_signed_in_is_told_how(sekisho: CommandLine, service: Service) -> None:
    run = generate(sekisho, "--check")

    assert run.status == 3
    assert "sekisho login --sso-session hoge-dev" in run.err
    assert service.asked == []


def test_a_service_that_fails_leaves_the_file_as_it_was(
    signed_in: CommandLine, service: Service
) -> None:
    service.status = 503
    run = generate(signed_in, "--yes")

    assert run.status == 5
    assert signed_in.config.read_text() == CONFIG


def settings(line: CommandLine, text: str, path: str = "team.toml") -> None:
    (line.home / path).parent.mkdir(parents=True, exist_ok=True)
    (line.home / path).write_text(text)


def test_settings_stand_for_options_and_are_named(signed_in: CommandLine) -> None:
    settings(signed_in, 'template = "{account_id}.{role_name}"\nregion = "eu-west-1"\n')
    path = signed_in.home / "team.toml"

    run = generate(signed_in, f"--yes --settings {path}")

    assert run.status == 0, run.err
    assert f"Settings: {path}.\n" in run.err
    assert "123456789012.ReadOnly" in profiles(signed_in)
    assert signed_in.config.read_text().count("region = eu-west-1\n") == 4


def test_an_option_goes_before_the_settings(signed_in: CommandLine) -> None:
    settings(signed_in, 'template = "{account_id}.{role_name}"\nregion = "eu-west-1"\n')

    generate(signed_in, f"--yes --region us-east-2 --settings {signed_in.home}/team.toml")

    assert signed_in.config.read_text().count("region = us-east-2\n") == 4
    assert "123456789012.ReadOnly" in profiles(signed_in)


def test_the_settings_of_the_config_folder_hold_without_a_word(signed_in: CommandLine) -> None:
    settings(signed_in, 'region = "eu-west-1"\n', ".config/sekisho/generate.toml")

    generate(signed_in, "--yes")

    assert signed_in.config.read_text().count("region = eu-west-1\n") == 4


def test_settings_that_are_not_there_or_not_right_are_refused_before_anything_is_asked(
    signed_in: CommandLine, service: Service
) -> None:
    settings(signed_in, "tempalte = 1\n")

    absent = generate(signed_in, "--settings nowhere.toml")
    wrong = generate(signed_in, f"--settings {signed_in.home}/team.toml")

    assert (absent.status, wrong.status) == (2, 2)
    assert "there is no file nowhere.toml" in absent.err
    assert "team.toml: there is no setting tempalte" in wrong.err
    assert service.asked == []


def test_an_edit_by_hand_stays_and_is_said(signed_in: CommandLine) -> None:
    generate(signed_in, "--yes --region us-east-1")
    edited = signed_in.config.read_text().replace(
        "ReadOnly\nregion = us-", "ReadOnly\nregion = eu-", 1
    )
    signed_in.write_config(edited)

    run = generate(signed_in, "--yes --region us-east-1")

    assert run.status == 0
    assert "left as they are: hoge-dev-ReadOnly." in run.err
    assert signed_in.config.read_text() == edited
