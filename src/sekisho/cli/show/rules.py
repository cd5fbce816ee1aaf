"""Lint's rules for a person: their list, and the page of one."""

from collections.abc import Sequence

from sekisho.cli.show.ink import Ink
from sekisho.lint.rule import Case, Rule

__all__ = ["rule_list", "rule_page"]


def rule_list(rules: Sequence[Rule], *, color: str) -> str:
    """Return a line for each rule: id, name, severity, summary."""
    ink = Ink(color)
    width = max(len(rule.name) for rule in rules)
    return "".join(
        f"{ink.strong(rule.id)}  {rule.name:<{width}}  {rule.severity:<7}  {rule.summary}\n"
        for rule in rules
    )


def rule_page(rule: Rule, *, color: str) -> str:
    """Return the rule's page, which `docs/rules` has as well: its text, and its cases."""
    ink = Ink(color)
    parts = [f"{ink.strong(f'{rule.id} {rule.name}')} ({rule.severity})", rule.summary]
    for heading, text in rule.sections.items():
        parts += [ink.strong(heading), text]
    for heading, cases in (("It speaks up", rule.bad), ("It says nothing", rule.good)):
        parts += [ink.strong(heading), *(_case(case, ink) for case in cases)]
    return "\n\n".join(parts) + "\n"


def _case(case: Case, ink: Ink) -> str:
    """An example, with a mark at the lines that the rule speaks up at."""
    parts = [f"{case.title[:1].upper()}{case.title[1:]}:", _marked(case.config, case.lines, ink)]
    if case.credentials:
        parts += ["with this credentials file:"]
        parts += [_marked(case.credentials, case.credentials_lines, ink)]
    return "\n\n".join(parts)


def _marked(text: str, lines: Sequence[int], ink: Ink) -> str:
    return "\n".join(
        ink.bad(f"  > {line}") if number in lines else f"    {line}".rstrip()
        for number, line in enumerate(text.rstrip("\n").split("\n"), 1)
    )
