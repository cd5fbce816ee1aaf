"""Another template: generated profiles get their new names, and nobody else's do."""

from dataclasses import replace

import pytest

from sekisho.awsconfig.profiles import interpret
from sekisho.configure.generate_names import DEFAULT_TEMPLATE
from sekisho.configure.generate_wanted import By, Listed
from sekisho.model import ProfileName, SessionName
from tests.unit.configure.generating import FILES, HOGE, MINE, SESSIONS, both, made, resolved, text

SHORT = "{account_name|trim:hoge-}-{role_name}"


def test_another_template_renames_in_place_and_adds_nothing() -> None:
    first = text(made(MINE + SESSIONS, both()))
    plan = made(first, both(), template=SHORT)

    assert [(each.held, each.profile.name) for each in plan.renamed] == [
        ("hoge-dev-Admin", "dev-Admin"),
        ("hoge-stg-Admin", "stg-Admin"),
    ]
    assert (plan.added, plan.stale, plan.in_order) == ((), (), False)
    assert text(plan) == first.replace("[profile hoge-", "[profile ")
    assert made(text(plan), both(), template=SHORT).in_order


def test_what_else_changes_is_changed_under_the_new_name() -> None:
    first = text(made(SESSIONS, both(), region="us-east-1"))
    plan = made(first, both(), template=SHORT, region="us-west-2", by=By.ENVIRONMENT)

    assert resolved(plan, "dev-Admin") == ("hoge-dev", "000000000001", "Admin", "us-west-2")
    assert made(text(plan), both(), template=SHORT, region="us-west-2", by=By.ENVIRONMENT).in_order


def test_settings_and_comments_that_were_added_go_along() -> None:
    first = text(made(SESSIONS, both()))
    edited = first.replace("sso_role_name = Admin\n", "sso_role_name = Admin\noutput = json\n", 1)
    plan = made(edited.replace("[profile hoge-dev", "# why\n[profile hoge-dev"), both(),
                template=SHORT, prune=True)  # fmt: skip

    assert "# why\n[profile dev-Admin]\n" in text(plan)
    assert interpret(plan.after, None, FILES).profiles[ProfileName("dev-Admin")].text("output")


def test_a_profile_that_was_edited_keeps_its_name_and_another_one_is_added() -> None:
    first = text(made(SESSIONS, both(), region="us-east-1"))
    edited = first.replace("\nregion = us-east-1", "\nregion = ap-south-1", 1)
    plan = made(edited, both(), template=SHORT, region="us-east-1", prune=True)

    assert plan.kept == ("hoge-dev-Admin",)
    assert [profile.name for profile in plan.added] == ["dev-Admin"]
    assert [each.held for each in plan.renamed] == ["hoge-stg-Admin"]
    assert resolved(plan, "hoge-dev-Admin")[3] == "ap-south-1"


@pytest.mark.parametrize("template", [SHORT, DEFAULT_TEMPLATE])
def test_a_profile_that_another_one_builds_on_is_neither_renamed_nor_removed(template: str) -> None:
    chain = "[profile deploy]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = hoge-dev-Admin\n"
    first = text(made(chain + SESSIONS, both()))
    plan = made(first, both() if template == SHORT else (), template=template, prune=True)

    assert plan.kept == ("hoge-dev-Admin",)
    assert "[profile hoge-dev-Admin]" in text(plan)


def test_of_two_profiles_for_one_role_one_is_renamed_and_the_other_is_stale() -> None:
    twice = Listed(HOGE, both()), Listed(replace(HOGE, session=SessionName("two")), both()[:1])
    config = SESSIONS + SESSIONS.replace("hoge]", "two]")
    first = text(made(config, listed=twice, template="{session}-{account_name}-{role_name}"))
    plan = made(first, both())

    assert [each.held for each in plan.renamed] == ["hoge-hoge-dev-Admin", "hoge-hoge-stg-Admin"]
    assert plan.stale == ("two-hoge-dev-Admin",)
