"""What `status` adds for guarded profiles: the agent is asked which gates are open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sekisho.awsconfig.chain import role_chain
from sekisho.awsconfig.guarded import GuardedProfile, guarded_profiles
from sekisho.awsconfig.others import is_chain
from sekisho.awsconfig.profiles import AwsConfig
from sekisho.cli.assembly import Machine
from sekisho.errors import AgentMissing, ConfigError, Mismatch, SekishoError, login_command
from sekisho.guard.answers import GateState, SignInState, State
from sekisho.model import Delivery, ProfileName, SignInTarget, TokenKey
from sekisho.status import Gate, ProfileStatus, SessionStatus, Status
from sekisho.status import State as Condition

__all__ = ["with_gates"]


def with_gates(here: Machine, config: AwsConfig, found: Status, *, seconds: float) -> Status:
    """Return `found` with every guarded profile, and the chains on such, as the agent has them.

    The agent is asked where there is one, for at most `seconds`; that it cannot be asked is said of
    the sessions. Raises nothing.
    """
    guarded = [one for one in guarded_profiles(config) if one.delivery is Delivery.GUARDED]
    if not guarded:
        return found
    said, trouble = _ask(here, guarded[0].name, seconds)
    gates = {ProfileName(gate.profile): gate for gate in said.gates} if said else {}
    seen = {one.name: _profile(one, gates.get(one.name)) for one in guarded}
    seen |= {name: status for name, status in _chains(config, seen) if name not in seen}
    return Status(
        (*found.sessions, *_sessions(guarded, seen, said.sign_ins if said else (), trouble)),
        tuple(seen.get(each.profile, each) for each in found.profiles),
    )


def _ask(
    here: Machine, profile: ProfileName, seconds: float
) -> tuple[State | None, SekishoError | None]:
    if not here.has_agent:
        return None, None
    try:
        state = here.agent(login=login_command(profile=profile)).status(seconds=seconds)
    except AgentMissing:
        return None, None
    except SekishoError as error:
        return None, error
    if Path(state.config) == Path(here.config_path):
        return state, None
    other = Mismatch(
        what="config file",
        issued_for=state.config,
        asked_for=here.config_path,
        login="sekisho agent stop",
        gate=profile,
    )
    return None, other


def _profile(one: GuardedProfile, gate: GateState | None) -> ProfileStatus:
    key = one.target.token_key
    if gate is None:
        return ProfileStatus(one.name, key, open=False)
    if (problem := _difference(one, gate)) is not None:
        return ProfileStatus(one.name, key, open=False, problem=problem)
    expires = gate.credentials_expire
    return ProfileStatus(
        one.name,
        key,
        open=True,
        credentials_expire=_time(expires) if expires else None,
        gate=Gate(
            opened_at=_time(gate.opened_at),
            closes_at=_time(gate.closes_at),
            person=gate.person,
            environment=gate.environment,
        ),
    )


def _difference(one: GuardedProfile, gate: GateState) -> SekishoError | None:
    """Say where the config asks for something else than the gate was opened for."""
    pairs = (
        ("start URL", gate.start_url, one.target.start_url),
        ("Region", gate.region, one.target.region),
        ("account", gate.account_id, one.role.account_id),
        ("role", gate.role_name, one.role.role_name),
    )
    for what, opened_for, asked_for in pairs:
        if opened_for != asked_for:
            return Mismatch(
                what=what,
                issued_for=opened_for,
                asked_for=asked_for,
                login=login_command(profile=one.name),
                gate=one.name,
            )
    return None


def _chains(
    config: AwsConfig, seen: Mapping[ProfileName, ProfileStatus]
) -> Iterator[tuple[ProfileName, ProfileStatus]]:
    """The role chains that begin at a guarded profile; one that wants an MFA code is not open."""
    for profile in config.profiles.values():
        try:
            chain = role_chain(config, profile.name) if is_chain(profile) else None
        except ConfigError:  # `lint` has it
            continue
        if chain is not None and (start := seen.get(chain.source.name)) is not None:
            asks = any(link.mfa_serial for link in chain.links)
            yield (
                profile.name,
                replace(
                    start,
                    profile=profile.name,
                    open=start.open and not asks,
                    credentials_expire=None,
                    problem=None,
                ),
            )


def _sessions(
    guarded: Sequence[GuardedProfile],
    seen: Mapping[ProfileName, ProfileStatus],
    sign_ins: Sequence[SignInState],
    trouble: SekishoError | None,
) -> Iterator[SessionStatus]:
    targets = dict.fromkeys(one.target for one in guarded)
    for target in targets:
        mine = [one.name for one in guarded if one.target == target]
        held = [each for each in sign_ins if _is_of(each, target)]
        latest = max(held, key=lambda each: each.access_expires, default=None)
        is_open = any(seen[name].open for name in mine)
        session = SessionStatus(
            target,
            Condition.OPEN if is_open else Condition.ABSENT,
            login_command(profile=mine[0]),
            trouble=trouble,
        )
        yield session if latest is None else _signed_in(session, latest)


def _is_of(sign_in: SignInState, target: SignInTarget) -> bool:
    key: TokenKey = target.token_key
    return (sign_in.session, sign_in.start_url, sign_in.region) == (
        key.value,
        target.start_url,
        target.region,
    )


def _signed_in(session: SessionStatus, sign_in: SignInState) -> SessionStatus:
    registered = sign_in.registration_expires
    return replace(
        session,
        person=sign_in.person,
        access_expires=_time(sign_in.access_expires),
        refreshable=sign_in.refreshable,
        registration_expires=_time(registered) if registered else None,
    )


def _time(spelt: str) -> datetime:
    return datetime.fromisoformat(spelt).astimezone(UTC)
