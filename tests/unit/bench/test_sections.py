"""One verb of the bench leaves on the page what the others have made."""

from bench.center_page import sections_of

CENTER = "<!-- Made by ./dev bench center. Do not edit. -->\n## The center\n"
GENERATE = "<!-- Made by ./dev bench generate. Do not edit. -->\n## Generate\n"
PAGE = f"<!-- Made by ./dev bench. Do not edit. -->\n# How fast\n\n{CENTER}\n{GENERATE}"


def test_the_sections_of_the_verbs_are_kept_without_the_page_above_them() -> None:
    assert sections_of(PAGE) == f"\n{CENTER}\n{GENERATE}"
    assert sections_of(GENERATE) == f"\n{GENERATE}"


def test_a_page_without_them_keeps_nothing() -> None:
    assert sections_of("<!-- Made by ./dev bench. Do not edit. -->\n# How fast\n") == ""
