"""`configure sso` and `configure sso-session`: the AWS CLI's questions, in its order.

Source: `spec/aws-cli.md` §5. Nothing is written, and no sign-in is kept, before every question is
answered; then the config is written at once, by whoever `write` is.

1. Session, start URL, Region and scopes; an sso-session that is there answers the last three.
2. A sign-in, unless there is a good one; account and role, by what the portal lists.
3. Region, output format, and the profile's name.
4. Where the login of that session opens another environment, too: a session of its own, offered.
5. The diff; a question where a section is there already; the config; then the sign-in is kept.
   Who has written other sections meanwhile loses nothing, and no question is asked again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, count

from sekisho.awsconfig.profiles import AwsConfig, Profile, sso_profiles
from sekisho.configure.assignments import ask_role
from sekisho.configure.entrance import Entrance
from sekisho.configure.moves import ACCOUNT_ACCESS
from sekisho.configure.questions import Asker
from sekisho.configure.session_names import session_name
from sekisho.configure.sign_in_place import Place, ask_place, ask_region
from sekisho.configure.write_plan import Edit, NewProfile, Snapshot, plan_profile, plan_session
from sekisho.errors import FileChanged, UsageError
from sekisho.model import ProfileName, Region, SessionName, SignInTarget
from sekisho.ports import Http
from sekisho.reach.environments import guess_environments
from sekisho.reach.graph import opened_by
from sekisho.reach.policy import NO_POLICY, Policy
from sekisho.reach.wording import listed

__all__ = ["Configured", "Pen", "configure_sso", "configure_sso_session"]

_MOST_NAMES = 12
"""Of more profiles than this the rest is counted."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What the wizard reads and writes the config with."""

    read: Callable[[], Snapshot]
    """Reads both files; called again after the sign-in and at the writing, which take their time."""
    show: Callable[[str], None]
    """Shows a diff."""
    write: Callable[[Edit, Callable[[], Edit]], Edit]
    """Writes the config file, or raises and leaves it as it was; returns what was written.

    Takes the edit that was shown, and what makes it anew where somebody else wrote meanwhile.
    """
    policy: Policy = NO_POLICY
    """The environments that are declared; the others are guessed."""


@dataclass(frozen=True, slots=True)
class Configured:
    """A profile that is there now."""

    profile: ProfileName
    target: SignInTarget
    opens: tuple[ProfileName, ...]
    """What a login to it opens, the profile itself among them."""
    person: str | None
    """Who signed in, where that was learnt."""
    signed_in: bool
    """Whether it can be used at once; else it takes a login of its own."""


def configure_sso(
    asker: Asker, entrance: Entrance, pen: Pen, *, chosen: str | None, no_input: bool
) -> Configured:
    """Go through the wizard, by the steps above; `chosen` is the profile that was named, if any.

    Blocks for the answers and the sign-in. Raises `InputNeeded` (with `no_input` before the
    sign-in where it can be known), `UsageError`, `ConfigError` and `FileError` in their kinds,
    and what a sign-in and the portal's calls raise; nothing has been written then.
    """
    if no_input:
        asker.refuse_unanswerable("sso_session", "region", "output")
        if chosen is None:
            asker.refuse_unanswerable("profile")
    config = pen.read().meaning()
    current = config.profiles.get(ProfileName("default" if chosen is None else chosen))
    place = ask_place(config, current, asker, entrance.ports.http)  # 1
    entrance.enter(place.target, anew=place.is_new)  # 2
    role = ask_role(place.target, asker, entrance)
    region = asker.client_region(_text(current, "region"))  # 3
    output = asker.output_format(_text(current, "output"))
    name = ProfileName(chosen or asker.profile_name(f"{role.role_name}-{role.account_id}"))
    wanted = NewProfile(
        name, place.target, place.scopes, role, Region(region) if region else None, output or None
    )
    snapshot = pen.read()
    wanted = _settled(wanted, snapshot, asker, pen.policy)  # 4
    own = wanted.target != place.target
    edit = plan_profile(snapshot, wanted)

    def anew() -> Edit:
        later = plan_profile(pen.read(), wanted)
        if _parts(wanted, later, asker, pen.policy) and not _parts(wanted, edit, asker, pen.policy):
            raise FileChanged(snapshot.files.config)
        return later

    made = _write(edit, anew, asker, pen, other="--profile")  # 5
    kept = entrance.keep(wanted.target, role, wanted.region)
    return Configured(
        profile=name,
        target=wanted.target,
        opens=opened_by(made.config, wanted.target.token_key),
        person=kept.record.person if kept else None,
        signed_in=kept is not None or not own,
    )


def configure_sso_session(asker: Asker, pen: Pen, http: Http, *, no_input: bool) -> SignInTarget:
    """Ask for an sso-session, and write it; nobody signs in. Raises as `configure_sso` does."""
    if no_input:
        asker.refuse_unanswerable(
            "sso_session", "sso_start_url", "sso_region", "sso_registration_scopes"
        )
    config = pen.read().meaning()
    name = SessionName(asker.session_name(None, tuple(config.sessions), required=True))
    known = config.sessions.get(name)
    start_url = asker.start_url(known.text("sso_start_url") if known else None)
    region = ask_region(start_url, known.text("sso_region") if known else None, asker, http)
    current = known.text("sso_registration_scopes") if known else None
    place = Place.of(start_url, region, name, asker.scopes(current or ACCOUNT_ACCESS), is_new=True)
    edit = plan_session(pen.read(), place.target, place.scopes)
    users = opened_by(config, place.target.token_key)
    if edit.replaces and users:
        asker.interview.warn(
            f"{listed(users, _MOST_NAMES)}: they use this session, and take a new login."
        )
    _write(
        edit,
        lambda: plan_session(pen.read(), place.target, place.scopes),
        asker,
        pen,
        other="--sso-session",
    )
    return place.target


def _settled(wanted: NewProfile, snapshot: Snapshot, asker: Asker, policy: Policy) -> NewProfile:
    """Say what else the login opens; offer a session of its own where that is another environment.

    A session that an option names was chosen already.
    """
    edit = plan_profile(snapshot, wanted)
    others = _others(wanted, edit)
    if others:
        key = wanted.target.token_key.value
        asker.interview.warn(f"A login to {key} opens {wanted.name} and also: {', '.join(others)}")
    if not _parts(wanted, edit, asker, policy):
        return wanted
    own = _own_name(wanted, edit.config)
    question = f"Give {wanted.name} an sso-session of its own, {own}, so that one login opens one?"
    if not asker.interview.confirm(question, option="--yes, or --sso-session NAME"):
        return wanted
    return replace(
        wanted,
        target=replace(wanted.target, session=own),
        scopes=wanted.scopes or ACCOUNT_ACCESS,
    )


def _others(wanted: NewProfile, edit: Edit) -> list[ProfileName]:
    """What a login to the profile opens beside it, once it is there."""
    return [n for n in opened_by(edit.config, wanted.target.token_key) if n != wanted.name]


def _parts(wanted: NewProfile, edit: Edit, asker: Asker, policy: Policy) -> bool:
    """Whether its login opens another environment, by a session that no option has named."""
    if wanted.target.session is None or asker.given.sso_session is not None:
        return False
    environments = guess_environments(sso_profiles(edit.config), policy)
    mine = environments.get(wanted.name)
    return any(environments.get(other, mine) != mine for other in _others(wanted, edit))


def _own_name(wanted: NewProfile, config: AwsConfig) -> SessionName:
    """A session name that nothing in the config defines or mentions."""
    taken = {profile.text("sso_session") for profile in config.profiles.values()}
    taken |= set(config.sessions)
    name = session_name(wanted.target.start_url, wanted.name)
    numbered = (SessionName(f"{name}-{number}") for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def _write(edit: Edit, anew: Callable[[], Edit], asker: Asker, pen: Pen, *, other: str) -> Edit:
    if not edit.diff:
        asker.interview.say("The config says so already: there is nothing to write.")
        return edit
    pen.show(edit.diff)
    if edit.replaces and not asker.interview.confirm(
        f"{edit.replaces} is there already. Change it?", option="--yes"
    ):
        raise UsageError(
            "nothing was written: you said no",
            do=f"run the command again with another {other} NAME",
        )
    return pen.write(edit, anew)


def _text(profile: Profile | None, key: str) -> str | None:
    return profile.text(key) if profile is not None else None
