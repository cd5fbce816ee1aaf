"""`reach --format html`: the config as it is, beside what `isolate` would make of it."""

from collections.abc import Mapping, Sequence

from sekisho.awsconfig.document import render
from sekisho.cli.show.reach_findings import about_reach
from sekisho.configure.isolate import LIMITS, By, Isolation, isolate
from sekisho.errors import ConfigError
from sekisho.lint.engine import findings_in, subject_of
from sekisho.lint.subject import Subject, Surroundings
from sekisho.model import ProfileName
from sekisho.reach.findings import Remark
from sekisho.reach.gates import only, picture
from sekisho.reach.graph import reach
from sekisho.reach.html import View, html
from sekisho.reach.live import Asked

__all__ = ["reach_page"]

_MOST_FOR_ALL = 1_000
"""Of more profiles than this only one plan is drawn: each is about as long as the rest of the page."""
_GUESSED = (
    "Environments that `policy.toml` does not declare are guessed, from the names of profiles and "
    "from their accounts."
)
_ASSUMED = (
    "Nobody was asked: one start URL is taken to mean one person. "
    "`sekisho reach --live --format html` asks the portal, with the tokens that are there."
)
_ASKED = "The portal was asked, with the tokens that were there, for the state as it is now."
_PLANNED = (
    "This is a plan, and nothing of it is done. `{command} --dry-run` shows it as a diff. "
    "Dashed lines stay: a token belongs to the person, whatever file it lies in."
)
_WHAT_FOR = "What `sekisho isolate` is for, and what not:"
_DONE = "`sekisho isolate` would change nothing: each login opens what it should already."
_ANOTHER = (
    "Of this many profiles one plan is drawn; `sekisho reach --format html --by account` and "
    "`--by environment` draw others."
)


def reach_page(
    subject: Subject, asked: Sequence[Asked] | None, wanted: ProfileName | None, by: By | None
) -> str:
    """Return the page of `subject`, and of what `isolate` would make of it, where that is more.

    Without `by` it has the plans of every kind, but for large configs. Reads and writes nothing.
    """
    views = [_view(subject, "Now", asked or (), wanted)]
    foot = [_ASSUMED if asked is None else _ASKED, _GUESSED, _WHAT_FOR, *LIMITS.splitlines()]
    every = len(subject.facts.profiles) <= _MOST_FOR_ALL
    plans = _plans(subject, [by] if by else list(By) if every else [By.PROFILE])
    drawn: dict[bytes, list[By]] = {}
    for kind, plan in plans.items():
        if isinstance(plan, Isolation) and plan.changed:
            drawn.setdefault(plan.after, []).append(kind)
    for data, kinds in drawn.items():
        note = _PLANNED.format(command=f"sekisho isolate --by {kinds[0]}")
        title = f"isolate --by {' or '.join(kinds)}"
        views.append(_view(_planned(subject, data), title, (), wanted, note))
    if not by and not every and drawn:
        foot.insert(0, _ANOTHER)
    return html(views, [*_not_drawn(plans), *foot])


def _plans(subject: Subject, kinds: Sequence[By]) -> Mapping[By, Isolation | str]:
    """What `isolate` would do, or a sentence about why it would refuse."""
    config, credentials = render(subject.config.document), render(subject.credentials.document)
    plans: dict[By, Isolation | str] = {}
    for by in kinds:
        try:
            plans[by] = isolate(config, credentials, subject.facts.files, by, subject.policy)
        except ConfigError as error:
            plans[by] = f"`sekisho isolate` would refuse to change this config: {error.what}"
    return plans


def _not_drawn(plans: Mapping[By, Isolation | str]) -> Sequence[str]:
    """Why a plan is not on the page, once for all of which it is true."""
    refused = dict.fromkeys(plan for plan in plans.values() if isinstance(plan, str))
    done = [by for by, plan in plans.items() if isinstance(plan, Isolation) and not plan.changed]
    if len(done) == len(plans):
        return [_DONE]
    said = "`sekisho isolate --by {0}` would change nothing: each login opens one {0} already."
    return [*refused, *(said.format(by) for by in done)]


def _planned(subject: Subject, config: bytes) -> Subject:
    """The same files with another config in them."""
    around = Surroundings(policy=subject.policy)
    return subject_of(subject.facts.files, config, render(subject.credentials.document), around)


def _view(
    subject: Subject,
    title: str,
    asked: Sequence[Asked],
    wanted: ProfileName | None,
    note: str = "",
) -> View:
    drawn = picture(subject.facts, asked, subject.policy)
    remarks = tuple(
        Remark(
            rule=each.rule,
            severity=each.severity.value,
            place=f"{each.file.name}:{each.line}",
            message=each.message,
            effect=each.effect,
            do=each.do,
            profiles=() if each.profile is None else (each.profile, *each.others),
        )
        for each in about_reach(findings_in(subject), reach(subject.facts), wanted)
    )
    return View(title, drawn if wanted is None else only(drawn, wanted), remarks, note)
