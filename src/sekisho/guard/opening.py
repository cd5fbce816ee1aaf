"""An opening: the agent makes the sign-in, and opens the gates that go with it.

1. The asking program's config file is the agent's, and the profile is a guarded one of it.
2. The policy is the one that the person has approved, or is shown and asked for (`approval`).
3. The policy lets the account and the role open (`policy`).
4. With `if_needed`: nothing more is done while the gate is open and its sign-in good.
5. The policy may want the profile's name typed.
6. The sign-in, by the flows of `login`, into a store of its own. Nothing is held yet.
7. The person is looked up: the one that the policy names, and the one whose gates of that portal
   are open. Anybody else's sign-in is ended at the service and dropped.
8. The audit log has its lines.
9. The gates open, and the desktop shows it.

What the gates are for was read at step 1: editing the config meanwhile changes nothing.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sekisho.aws.start_url import resolve_start_url
from sekisho.awsconfig.guarded import GuardedProfile
from sekisho.errors import (
    ConfigError,
    FileError,
    NotConfirmed,
    PolicyRefused,
    SignInTimedOut,
    WrongPerson,
    login_command,
)
from sekisho.guard.answers import Approve, Confirm
from sekisho.guard.approval import Approval
from sekisho.guard.asks import Open
from sekisho.guard.chronicle import Chronicle
from sekisho.guard.conversation import (
    Conversation,
    LineBrowser,
    LineClock,
    LineKeyboard,
    LineProgress,
    approved,
    typed,
)
from sekisho.guard.gates import Gate, opened_with
from sekisho.guard.holdings import Holdings, keep_anew
from sekisho.guard.policy import Terms, terms_of
from sekisho.guard.releasing import not_guarded, same_config
from sekisho.guard.routes import sign_in_route
from sekisho.guard.sign_ins import Persistence, SignIn
from sekisho.guard.watched import ConfigNow, WatchedConfig
from sekisho.login.choose import Surroundings
from sekisho.login.interface import SignInOptions, SignInPorts, SignInResult, SignInRoute
from sekisho.login.sign_in import keep, new_sign_in
from sekisho.login.sign_out import sign_out
from sekisho.model import Delivery, Environ, ProfileName
from sekisho.ports import Asker, Clock, Http, Loopback
from sekisho.reach.environments import guess_environments
from sekisho.reach.policy import OpensWith, Policy
from sekisho.store.interface import Store

__all__ = ["OpenedGates", "Opening", "terms_by_profile"]

_GOOD_ENOUGH = timedelta(minutes=15)
_WITH_A_BROWSER = Surroundings("darwin", {}, in_container=False)
_WITHOUT = Surroundings("linux", {}, in_container=False)
"""What the choice of the flow looks at: the client says which of the two it is."""


@dataclass(frozen=True, slots=True)
class OpenedGates:
    """What an opening came to."""

    gates: tuple[Gate, ...]
    """The asked one first."""
    person: str | None
    note: str
    """Why the person is unknown; empty when they are known."""
    was_open: bool
    """`if_needed`, and nothing had to be done."""


def terms_by_profile(now: ConfigNow, policy: Policy) -> Mapping[ProfileName, Terms]:
    """Return on what terms each guarded profile of the config opens."""
    environments = guess_environments(now.guarded.values(), policy)
    return {name: terms_of(policy, name, environments[name]) for name in now.guarded}


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens gates, one opening at a time."""

    clock: Clock
    http: Http
    """Threads may share it, and it retries already."""
    environ: Environ
    config: WatchedConfig
    holdings: Holdings
    approval: Approval
    chronicle: Chronicle
    persistence: Persistence
    loopback: Callable[[Conversation], Loopback]
    """Makes the loopback port, which closes when the client goes."""
    lock_folder: Path
    approved: Callable[[], None]
    """Is told when another policy holds."""

    def run(self, ask: Open, asker: Asker, line: Conversation) -> OpenedGates:
        """Open, by the steps above; block for the person.

        Raises `ConfigError` in all its kinds, `Mismatch`, `PolicyInvalid`, `PolicyNotApproved`,
        `PolicyRefused`, `NotConfirmed`, `WrongPerson`, `AuditNotWritten`, what a sign-in raises
        (`login.sign_in`), what `Conversation` raises, and `FileError`.
        """
        same_config(self.config, ask.config, ask.profile)  # 1
        now = self.config.read()
        profile = now.profile(ask.profile)
        if profile is None or profile.delivery is not Delivery.GUARDED:
            raise not_guarded(ask.profile, now)
        self._approve(asker, line, profile)  # 2
        terms = terms_by_profile(now, self.approval.policy)
        self._judge(profile, terms[profile.name])  # 3
        if ask.if_needed and (gate := self._good_gate(profile)) is not None:  # 4
            return OpenedGates((gate,), gate.person, "", was_open=True)
        self._confirm(profile, terms[profile.name], line)  # 5
        route = self._at_its_portal(sign_in_route(now.config, profile, self.environ))
        number, store = self.holdings.new_store(route)
        result = self._sign_in(route, ask, line, store)  # 6
        try:
            self._check_person(profile, terms[profile.name], route, result.record.person)  # 7
            sign_in = SignIn(number, profile.name, route, store, result.record.person)
            gates = self._gates(now, profile, terms, sign_in)
            line.pause(0)
            self.chronicle.opened(gates, asker, _made(result, route))  # 8
            self.persistence.keep(self.holdings.as_held(sign_in, gates))
        except BaseException:
            self._discard(route, store)
            raise
        parted = self.holdings.sign_ins()  # a gate of theirs may be this one's by now
        for old in self.holdings.open(sign_in, gates):  # 9
            with contextlib.suppress(FileError):  # what is loaded later goes before it
                self.persistence.forget(old.number)
        keep_anew(parted, self.holdings, self.persistence)
        if result.credentials is not None:
            self.holdings.put_ready(gates[0], result.credentials)
        self.chronicle.show_opened(gates, asker)
        return OpenedGates(gates, result.record.person, result.note, was_open=False)

    # --- before the sign-in ----------------------------------------------------------------------

    def _approve(self, asker: Asker, line: Conversation, profile: GuardedProfile) -> None:
        def ask(question: Approve) -> str:
            line.say(question)
            digest = approved(line)
            if digest == question.digest:
                self.chronicle.approved(asker, digest)
            return digest

        if self.approval.ensure(ask, login=login_command(profile=profile.name)):
            self.approved()

    def _judge(self, profile: GuardedProfile, terms: Terms) -> None:
        if (reason := terms.refuse(profile.role)) is not None:
            raise PolicyRefused(profile.name, reason, path=self.approval.path)

    def _good_gate(self, profile: GuardedProfile) -> Gate | None:
        gate = self.holdings.gate(profile.name)
        if gate is None or gate.difference(profile) is not None:
            return None
        sign_in = self.holdings.sign_in(gate)
        token = None if sign_in is None else sign_in.token
        if token is None or token.expires_at - self.clock.now() < _GOOD_ENOUGH:
            return None
        return gate

    def _confirm(self, profile: GuardedProfile, terms: Terms, line: Conversation) -> None:
        if terms.opens_with is not OpensWith.CONFIRM:
            return
        role = profile.role
        line.say(Confirm(profile.name, role.account_id, role.role_name, terms.environment))
        if typed(line).strip() != profile.name:
            raise NotConfirmed(profile.name)

    def _at_its_portal(self, route: SignInRoute) -> SignInRoute:
        """Find out where a company's own start URL leads; its Region has to be the configured one."""
        target = route.target
        portal = resolve_start_url(target.start_url, target.region, self.http)
        if portal.region != target.region:
            raise ConfigError(
                f"{target.start_url} leads to a portal in {portal.region}, and the session "
                f"{target.session} says sso_region = {target.region}",
                do=f"write sso_region = {portal.region} in that section",
            )
        return route if portal.url == target.start_url else replace(route, leads_to=portal.url)

    # --- the sign-in -----------------------------------------------------------------------------

    def _sign_in(
        self, route: SignInRoute, ask: Open, line: Conversation, store: Store
    ) -> SignInResult:
        """Let the person sign in, into `store`. What the client's going away ends is dropped."""
        ports = SignInPorts(
            http=self.http,
            clock=LineClock(self.clock, line),
            browser=LineBrowser(line, ask.can_browse),
            loopback=self.loopback(line),
            progress=LineProgress(line, ask.use_device_code, ask.can_browse),
            keyboard=LineKeyboard(line),
        )
        options = SignInOptions(
            use_device_code=ask.use_device_code,
            no_browser=ask.no_browser,
            callback_port=ask.callback_port,
            login=login_command(profile=ask.profile),
        )
        surroundings = _WITH_A_BROWSER if ask.can_browse else _WITHOUT
        try:
            fresh = new_sign_in(route, options, ports, store, surroundings)
        except SignInTimedOut:
            line.pause(0)  # was it the client that ended the wait?
            raise
        try:
            return keep(fresh, route, ports, store)
        except BaseException:
            self._discard(route, store)
            raise

    def _discard(self, route: SignInRoute, store: Store) -> None:
        """End a sign-in that is held nowhere: at the service, if that can be reached, and here."""
        with contextlib.suppress(FileError):
            sign_out(
                route.target,
                roles=() if route.role is None else (route.role,),
                oidc=route.oidc,
                portal=route.portal,
                store=store,
                http=self.http,
                clock=self.clock,
                local=False,
                login=login_command(session=route.target.session),
            )

    # --- after it --------------------------------------------------------------------------------

    def _check_person(
        self, profile: GuardedProfile, terms: Terms, route: SignInRoute, person: str | None
    ) -> None:
        login = login_command(profile=profile.name)
        if not terms.lets_in(person):
            wanted = ", ".join(sorted(terms.persons or ())) or "nobody: two environments differ"
            raise WrongPerson(
                person,
                f"by {self.approval.path} {profile.name} opens for {wanted} alone",
                do=f"sign out in the browser, then: {login}",
            )
        holders = self.holdings.holders(route)
        if holders - {person}:
            known = ", ".join(sorted(one or "somebody unknown" for one in holders))
            raise WrongPerson(
                person,
                f"gates of this portal are open for {known}",
                do=f"sign in as {known}; or close their gates first: sekisho logout --all",
            )

    def _gates(
        self,
        now: ConfigNow,
        profile: GuardedProfile,
        terms: Mapping[ProfileName, Terms],
        sign_in: SignIn,
    ) -> tuple[Gate, ...]:
        """Freeze what opens: the profile, and those that go with it by the same endpoints."""
        others = (one for one in now.guarded.values() if self._serves(sign_in.route, one, now))
        at, monotonic = self.clock.now(), self.clock.monotonic()
        return tuple(
            Gate(
                label=one.name,
                target=one.target,
                role=one.role,
                person=sign_in.person,
                environment=terms[one.name].environment,
                sign_in=sign_in.number,
                opened_at=at,
                opened=monotonic,
                deadline=monotonic + terms[one.name].close_after.total_seconds(),
            )
            for one in opened_with(profile, others, terms, sign_in.person)
        )

    def _serves(self, route: SignInRoute, one: GuardedProfile, now: ConfigNow) -> bool:
        """Whether a token by `route` goes where `one` would send it."""
        if one.target != route.target:
            return False
        with contextlib.suppress(ConfigError):  # it has no endpoints, so they are not these
            own = sign_in_route(now.config, one, self.environ)
            return (own.oidc, own.portal) == (route.oidc, route.portal)
        return False


def _made(result: SignInResult, route: SignInRoute) -> str:
    """Say how the sign-in was made, and where, if not at AWS's own endpoint."""
    overridden = f" at {route.oidc.url}" if route.oidc.overridden else ""
    return f"{result.flow.value}{overridden}"
