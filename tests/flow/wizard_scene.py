"""A person at the wizard, with the center in memory and a config file on a scratch disk."""

from collections.abc import Callable
from dataclasses import dataclass

from sekisho import files as disk
from sekisho.aws.retry import RetryingHttp
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.configure.entrance import Entrance
from sekisho.configure.questions import Answers, Asker
from sekisho.configure.same_change import carried_over
from sekisho.configure.wizard import Configured, Pen, configure_sso
from sekisho.configure.write_plan import Edit, Snapshot
from sekisho.login.interface import SignInPorts
from sekisho.model import SignInTarget
from sekisho.reach.policy import NO_POLICY, Policy
from sekisho.testing.interview import ScriptedInterview
from sekisho.testing.loopback import FakeLoopback, Happening
from tests.flow.world import BY_BROWSER, CENTER, DESKTOP, World

NOTHING = Answers()
SESSION_SECTION = """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""


@dataclass
class Run:
    """What the wizard left behind."""

    interview: ScriptedInterview
    announced: list[SignInTarget]
    diffs: list[str]
    done: Configured | None = None


def files_of(world: World) -> ConfigFiles:
    """The two files of the scratch home."""
    return ConfigFiles(world.home / ".aws/config", world.home / ".aws/credentials")


def write_config(world: World, text: str) -> None:
    """Put a config file there."""
    path = files_of(world).config
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def config_of(world: World) -> str | None:
    """The config file, or `None`."""
    data = disk.read(files_of(world).config)
    return None if data is None else data.decode()


def run_wizard(
    world: World,
    *happenings: Happening,
    answers: tuple[str, ...] = (),
    given: Answers = NOTHING,
    chosen: str | None = "dev",
    yes: bool = False,
    no_input: bool = False,
    run: Run | None = None,
    meanwhile: Callable[[], None] = lambda: None,
    policy: Policy = NO_POLICY,
) -> Run:
    """Go through `configure sso`; `happenings` arrive at the loopback port.

    `meanwhile` happens between the diff and the writing.
    A `run` that is handed in is filled, also when the wizard raises.
    """
    run = run or Run(ScriptedInterview(*answers, yes=yes), [], [])

    def write(edit: Edit, anew: Callable[[], Edit]) -> Edit:
        path = files_of(world).config
        meanwhile()
        made = carried_over(edit, disk.read(path), anew, path)
        disk.replace(path, made.after, expected=made.read)
        return made

    entrance = Entrance(
        ports=SignInPorts(
            RetryingHttp(world.http, world.clock),
            world.clock,
            world.browser,
            FakeLoopback(world.clock, *happenings),
            world.progress,
        ),
        store=world.store,
        options=BY_BROWSER,
        surroundings=DESKTOP,
        endpoints=lambda _region: (CENTER, CENTER),
        sts=lambda region: CENTER if region else None,
        announce=run.announced.append,
        outdated=lambda _key: (),
    )
    pen = Pen(lambda: Snapshot.take(files_of(world)), run.diffs.append, write, policy)
    run.done = configure_sso(
        Asker(given, run.interview), entrance, pen, chosen=chosen, no_input=no_input
    )
    return run
