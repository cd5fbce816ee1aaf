"""`reach --format html`: the config as it is, beside what a planned `isolate` would make of it."""

from collections.abc import Sequence

from sekisho import files as disk
from sekisho.awsconfig.profiles import AwsConfig, interpret
from sekisho.cli.assembly import Machine
from sekisho.cli.show.reach_findings import about_reach
from sekisho.configure.isolate import LIMITS, Isolation, isolate
from sekisho.errors import ConfigError
from sekisho.lint.engine import lint
from sekisho.lint.subject import Surroundings
from sekisho.model import ProfileName
from sekisho.reach.findings import Remark
from sekisho.reach.gates import only, picture
from sekisho.reach.graph import reach
from sekisho.reach.html import View, html
from sekisho.reach.live import Asked

__all__ = ["reach_page"]

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
    "This is a plan, and nothing of it is done. `sekisho isolate --dry-run` shows it as a diff. "
    "Dashed lines stay: a token belongs to the person, whatever file it lies in."
)
_WHAT_FOR = "What `sekisho isolate` is for, and what not:"
_DONE = "`sekisho isolate` would change nothing: each login opens what it should already."


def reach_page(
    here: Machine, config: AwsConfig, asked: Sequence[Asked] | None, wanted: ProfileName | None
) -> str:
    """Return the page of `config`, and of what `isolate` would make of it, where that is more.

    Reads both files once more, for the plan; writes nothing. Raises `FileUnreadable`.
    """
    read = disk.read(here.files.config)
    now = _view(here, config, read, "Now", asked or (), wanted)
    plan = _plan(here, read)
    views = [now]
    if isinstance(plan, Isolation) and plan.changed:
        after = interpret(plan.after, disk.read(here.files.credentials), here.files)
        views.append(
            _view(here, after, plan.after, "After sekisho isolate", (), wanted, note=_PLANNED)
        )
    foot = [_ASSUMED if asked is None else _ASKED, _GUESSED, _WHAT_FOR, *LIMITS.splitlines()]
    if len(views) == 1:
        foot.insert(0, _DONE if isinstance(plan, Isolation) else plan)
    return html(views, foot)


def _plan(here: Machine, read: bytes | None) -> Isolation | str:
    """What `isolate` would do, or a sentence about why it would refuse."""
    try:
        return isolate(read, disk.read(here.files.credentials), here.files)
    except ConfigError as error:
        return f"`sekisho isolate` would refuse to change this config: {error.what}"


def _view(
    here: Machine,
    config: AwsConfig,
    data: bytes | None,
    title: str,
    asked: Sequence[Asked],
    wanted: ProfileName | None,
    note: str = "",
) -> View:
    policy = here.policy()
    drawn = picture(config, asked, policy)
    found = lint(
        here.files,
        config=data,
        credentials=disk.read(here.files.credentials),
        around=Surroundings(policy=policy),
    )
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
        for each in about_reach(found, reach(config), wanted)
    )
    return View(title, drawn if wanted is None else only(drawn, wanted), remarks, note)
