"""`sekisho reach` as a page and as a flowchart, and what it is told wrong."""

from pathlib import Path

from tests.unit.cli.conftest import CONFIG, CommandLine

SHARED = CONFIG + "\n" + CONFIG.replace("profile dev", "profile stg").partition("\n[sso")[0]


def test_the_page_goes_to_stdout_and_is_ascii(sekisho: CommandLine) -> None:
    sekisho.write_config(CONFIG.replace("[profile dev]", "[profile 本番]"))

    run = sekisho("reach", "--format", "html")

    assert run.status == 0, run.err
    assert run.out.startswith("<!doctype html>")
    assert run.out.isascii()
    assert "&#26412;&#30058;" in run.out


def test_the_page_goes_to_a_file(sekisho: CommandLine, tmp_path: Path) -> None:
    made = tmp_path / "reach.html"

    run = sekisho("reach", "--format", "html", "--output", str(made))

    assert (run.out, run.err) == ("", f"Wrote {made}.\n")
    assert made.read_text().endswith("</html>\n")


def test_the_page_shows_what_isolate_would_make_of_it_and_changes_nothing(
    sekisho: CommandLine,
) -> None:
    sekisho.write_config(SHARED)

    run = sekisho("reach", "--format", "html")

    assert "isolate --by profile or environment" in run.out, "they are one plan here"
    assert "each login opens one account already" in run.out
    assert sekisho.config.read_text() == SHARED


def test_the_page_shows_the_plan_that_is_named_alone(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    run = sekisho("reach", "--format", "html", "--by", "environment")

    assert "isolate --by environment" in run.out
    assert "--by profile" not in run.out


def test_of_more_than_1000_profiles_one_plan_is_drawn_and_the_others_are_named(
    sekisho: CommandLine,
) -> None:
    profile = CONFIG.partition("\n[sso")[0]
    many = "\n".join(profile.replace("profile dev", f"profile p{n}") for n in range(1_001))
    sekisho.write_config(CONFIG + "\n" + many)

    run = sekisho("reach", "--format", "html")

    assert run.out.count('type="radio"') == 2
    assert "--by environment</code> draw others" in run.out


def test_a_plan_in_a_table_is_refused_with_what_goes(sekisho: CommandLine) -> None:
    run = sekisho("reach", "--by", "account")

    assert run.status == 2
    assert "do:  sekisho reach --format html --by account" in run.err


def test_where_isolate_would_refuse_the_page_says_why(sekisho: CommandLine) -> None:
    sekisho.write_config("[DEFAULT]\nsso_session = hoge-dev\n" + SHARED)

    run = sekisho("reach", "--format", "html")

    assert run.status == 0, run.err
    assert "would refuse to change this config: " in run.out


def test_of_one_profile_the_page_has_its_gate_alone(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED + CONFIG.replace("dev", "prod"))

    run = sekisho("reach", "--format", "html", "--profile", "prod")

    assert run.out.count('class="gate"') == 2, "one gate now, and one after"


def test_the_flowchart_goes_to_stdout(sekisho: CommandLine) -> None:
    run = sekisho("reach", "--format", "mermaid", "--profile", "dev")

    assert run.out.startswith("flowchart LR\n")
    assert 'p0g0{{"hoge-dev"}}:::gate' in run.out


def test_two_forms_at_once_are_refused(sekisho: CommandLine) -> None:
    run = sekisho("reach", "--json", "--format", "html")

    assert run.status == 2
    assert "--json and --format html are two forms" in run.err


def test_a_table_in_a_file_is_refused_with_what_goes(sekisho: CommandLine) -> None:
    run = sekisho("reach", "--output", "a b.html")

    assert run.status == 2
    assert "sekisho reach --format html --output 'a b.html'" in run.err
    assert not Path("a b.html").exists()


def test_a_file_that_cannot_be_written_is_an_error(sekisho: CommandLine) -> None:
    run = sekisho("reach", "--format", "html", "--output", "/dev/null/reach.html")

    assert run.status == 2
    assert "/dev/null/reach.html" in run.err
