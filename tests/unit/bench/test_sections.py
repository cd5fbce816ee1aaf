"""One verb of the bench leaves on the page what the others have made."""

from bench.sections import sections_of, with_section

CENTER = "<!-- Made by ./dev bench center. Do not edit. -->\n## The center\n"
GENERATE = "<!-- Made by ./dev bench generate. Do not edit. -->\n## Generate\n"
PAGE = f"<!-- Made by ./dev bench. Do not edit. -->\n# How fast\n\n{CENTER}\n{GENERATE}"


def test_the_sections_of_the_verbs_are_kept_without_the_page_above_them() -> None:
    assert sections_of(PAGE) == f"\n{CENTER}\n{GENERATE}"
    assert sections_of(GENERATE) == f"\n{GENERATE}"


def test_a_page_without_them_keeps_nothing() -> None:
    assert sections_of("<!-- Made by ./dev bench. Do not edit. -->\n# How fast\n") == ""


def test_a_verb_writes_its_own_section_anew_and_leaves_those_around_it() -> None:
    page = with_section(with_section(PAGE, "center", "new\n"), "config", "more\n")

    assert GENERATE in page
    assert "## The center" not in page
    assert page.count("Do not edit. -->\nnew\n") == 1
    assert page.endswith("<!-- Made by ./dev bench config. Do not edit. -->\nmore\n")
