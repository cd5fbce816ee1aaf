"""The end of gates and sign-ins: by the person, by time, or because the service ended them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sekisho.errors import FileError, SekishoError, login_command
from sekisho.guard.answers import Ended
from sekisho.guard.approval import Approval
from sekisho.guard.asks import Close
from sekisho.guard.chronicle import Chronicle
from sekisho.guard.gates import Gate
from sekisho.guard.holdings import Holdings, keep_anew
from sekisho.guard.opening import terms_by_profile
from sekisho.guard.policy import Terms
from sekisho.guard.sign_ins import Persistence, SignIn
from sekisho.guard.watched import WatchedConfig
from sekisho.login.sign_out import AtService, SignedOut, sign_out
from sekisho.model import ProfileName
from sekisho.ports import Asker, Clock, Http
from sekisho.store.cachefile import spell_time

__all__ = ["Closing"]

_TOLD = (AtService.ENDED, AtService.GONE)


class Closing:
    """Closes gates. References to what they led to are dropped; Python cannot wipe memory."""

    def __init__(
        self,
        *,
        clock: Clock,
        http: Http,
        holdings: Holdings,
        chronicle: Chronicle,
        persistence: Persistence,
    ) -> None:
        """Ends sign-ins by `http`, if they are to be ended at the service."""
        self._clock = clock
        self._http = http
        self._holdings = holdings
        self._chronicle = chronicle
        self._persistence = persistence

    def close(self, ask: Close, asker: Asker) -> tuple[Ended, ...]:
        """Close the gate of a profile, or all, with every gate that the same sign-in had opened.

        Blocks for one call for each sign-in, unless it is `local`. A gate that is not open is no
        error: nothing is ended then. Raises nothing.
        """
        if ask.profile is None:
            sign_ins = self._holdings.sign_ins()
        else:
            gate = self._holdings.gate(ask.profile)
            found = None if gate is None else self._holdings.sign_in(gate)
            sign_ins = () if found is None else (found,)
        return tuple(self._end(one, asker, local=ask.local) for one in sign_ins)

    def close_everything(self, why: str, *, forget: bool = False) -> None:
        """Close all gates, and let every sign-in go; the service is not told, so it is quick.

        What outlives the agent stays where it is kept, unless it is to `forget` that, too.
        """
        gates = self._holdings.gates()
        idle = self._holdings.close(gates, why)
        self._chronicle.closed(gates, None, why)
        for sign_in in idle if forget else ():
            self._forget(sign_in)

    def close_due(self) -> None:
        """Close the gates whose time is up, and let sign-ins go that have none left."""
        gates, idle = self._holdings.close_due()
        self._chronicle.closed(gates, None, "its time was up")
        for sign_in in idle:
            self._forget(sign_in)

    def lose(self, sign_in: SignIn, error: SekishoError) -> None:
        """Close the gates of a sign-in that the service has ended."""
        gates = self._holdings.opened_by(sign_in)
        why = f"its sign-in has ended: {error.what.splitlines()[-1]}"
        self._holdings.close(gates, why)
        self._chronicle.closed(gates, None, why)
        self._forget(sign_in)

    def hold_to(self, config: WatchedConfig, approval: Approval) -> None:
        """Close the gates that the policy which holds now would not have opened; narrow the others.

        Their profiles are judged by what the gates were opened for. One that the config no longer
        has is closed.
        """
        terms = terms_by_profile(config.read(), approval.policy)
        asked = {one.number: one.asked for one in self._holdings.sign_ins()}
        gates = self._holdings.gates()

        def stays(gate: Gate) -> bool:
            mine, maker = terms.get(gate.label), asked[gate.sign_in]
            if mine is None or mine.refuse(gate.role) or not mine.lets_in(gate.person):
                return False
            return maker == gate.label or (
                maker in terms and mine.goes_with(terms[maker].environment)
            )

        shut = [gate for gate in gates if not stays(gate)]
        why = "the policy was changed"
        idle = self._holdings.close(shut, why)
        self._chronicle.closed(shut, None, why)
        self._holdings.narrow(tuple(_narrowed(filter(stays, gates), terms)))
        for sign_in in idle:
            self._forget(sign_in)
        keep_anew(self._holdings.sign_ins(), self._holdings, self._persistence)

    def _end(self, sign_in: SignIn, asker: Asker, *, local: bool) -> Ended:
        gates = self._holdings.opened_by(sign_in)
        self._holdings.close(gates, "it was logged out")
        self._chronicle.closed(gates, asker, "logged out")
        trouble = self._forget(sign_in)
        left = self._sign_out(sign_in, gates, local=local)
        return Ended(
            session=sign_in.route.target.session or "",
            profiles=tuple(gate.label for gate in gates),
            told_service=left.service in _TOLD,
            trouble=left.reason or trouble,
            credentials_until=None
            if left.credentials_until is None
            else spell_time(left.credentials_until),
        )

    def _sign_out(self, sign_in: SignIn, gates: Sequence[Gate], *, local: bool) -> SignedOut:
        route = sign_in.route
        return sign_out(
            route.target,
            roles=tuple(dict.fromkeys(gate.role for gate in gates)),
            oidc=route.oidc,
            portal=route.portal,
            store=sign_in.store,
            http=self._http,
            clock=self._clock,
            local=local,
            login=login_command(profile=sign_in.asked),
        )

    def _forget(self, sign_in: SignIn) -> str:
        """Forget what outlives the agent; return why that could not be done."""
        try:
            self._persistence.forget(sign_in.number)
        except FileError as error:
            return error.what
        return ""


def _narrowed(gates: Iterable[Gate], terms: Mapping[ProfileName, Terms]) -> Iterator[Gate]:
    for gate in gates:
        deadline = gate.opened + terms[gate.label].close_after.total_seconds()
        if deadline < gate.deadline:
            yield replace(gate, deadline=deadline)
