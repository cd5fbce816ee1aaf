"""Looks at a machine: reads it once, and lets every check have its say."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sekisho.aws.clock_skew import date_of
from sekisho.aws.endpoint import Endpoint, Service, refuse_plain_http, resolve
from sekisho.awsconfig.profiles import (
    AwsConfig,
    endpoint_overrides,
    login_target,
    read,
    sso_profiles,
)
from sekisho.doctor.check import Check, Gravity, Report, Result
from sekisho.doctor.subject import Answer, Place, Subject, Surroundings
from sekisho.errors import ConfigError, FileError, FileUnreadable, SekishoError
from sekisho.model import Region
from sekisho.ports import Http
from sekisho.store import keys
from sekisho.store.readings import Readings, readings
from sekisho.store.sweep import SignedIn, signed_in
from sekisho.wire.http import Request

__all__ = ["examine", "look_around"]

_AT_ONCE = 8
"""Endpoints that are asked at the same time."""


def examine(around: Surroundings, checks: Sequence[Check]) -> tuple[Report, ...]:
    """Look at the machine with `checks`, in their order.

    Blocks for as long as the slowest endpoint and program may take. Nothing is written, no token
    is sent, no secret is in a result. Raises nothing: what cannot be looked at is a result.
    """
    subject = look_around(around)
    return tuple(_report(check, subject) for check in checks)


def look_around(around: Surroundings) -> Subject:
    """Read config and caches, and ask the endpoints, if they are to be asked."""
    config, trouble = None, None
    try:
        config = read(around.files)
    except (ConfigError, FileError) as error:
        trouble = error
    places, place_troubles = _places(config, around) if config else ((), ())
    caches = _Caches(around)
    return Subject(
        around=around,
        config=config,
        config_trouble=trouble,
        status=around.status(config) if config else None,
        tokens=caches.readings(keys.token_folder(around.home)),
        roles=caches.readings(keys.role_folder(around.home)),
        signed_in=caches.signed_in(),
        cache_troubles=caches.troubles,
        places=places,
        place_troubles=place_troubles,
        answers=_asked(places, around),
    )


class _Caches:
    """The folders of caches; what is wrong with a folder is kept beside what is in it."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.troubles: list[SekishoError] = []

    def readings(self, folder: Path) -> Readings:
        try:
            return readings(folder, self._around.clock)
        except FileUnreadable as error:
            self.troubles.append(error)
            return {}

    def signed_in(self) -> Sequence[SignedIn]:
        try:
            return signed_in(self._around.home, self._around.state, self._around.clock)
        except FileUnreadable:  # said above, unless it is the folder of records
            return ()


def _report(check: Check, subject: Subject) -> Report:
    if check.asks and subject.around.http is None:
        return Report(check, None)
    try:
        return Report(check, tuple(check.look(subject)) or None)
    except SekishoError as error:
        return Report(check, (Result(Gravity.WARNING, error.what, do=error.do),))


def _places(
    config: AwsConfig, around: Surroundings
) -> tuple[tuple[Place, ...], tuple[SekishoError, ...]]:
    """Every endpoint once, in the order of the files, and what is wrong with others."""
    found: dict[str, Place] = {}
    troubles: dict[str, SekishoError] = {}
    for name, service, region in _wanted(config, around):
        try:
            overrides = endpoint_overrides(config, name)
            endpoint = resolve(service, region, environ=around.environ, overrides=overrides)
        except ConfigError as error:
            troubles.setdefault(error.what, error)
            continue
        found[endpoint.url] = _with(found.get(endpoint.url), endpoint, service)
    return tuple(found.values()), tuple(troubles.values())


def _with(known: Place | None, endpoint: Endpoint, service: Service) -> Place:
    services = (*(known.services if known else ()), service.value)
    source = known.source if known else endpoint.source
    return Place(endpoint.url, tuple(dict.fromkeys(services)), source)


def _wanted(
    config: AwsConfig, around: Surroundings
) -> Iterable[tuple[str | None, Service, Region]]:
    """Yield (as which profile sees it, service, Region); sign-ins first."""
    profiles = sso_profiles(config)
    for profile in profiles:
        yield profile.name, Service.SSO_OIDC, profile.target.region
        yield profile.name, Service.SSO, profile.target.region
    for session in config.sessions.keys() - {profile.target.session for profile in profiles}:
        try:
            target = login_target(config, profile=None, session=session)
        except ConfigError:  # `lint` has it
            continue
        yield None, Service.SSO_OIDC, target.region
        yield None, Service.SSO, target.region
    given = around.environ.get("AWS_REGION") or around.environ.get("AWS_DEFAULT_REGION")
    for each in profiles:
        region = given or config.profiles[each.name].text("region")
        if region:
            yield each.name, Service.STS, Region(region)


def _asked(places: Sequence[Place], around: Surroundings) -> tuple[Answer, ...]:
    if around.http is None or not places:
        return ()
    new_http = around.http
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return tuple(pool.map(lambda place: _ask(place, new_http(), around), places))


def _ask(place: Place, http: Http, around: Surroundings) -> Answer:
    try:
        refuse_plain_http(Endpoint(place.url, Region(""), overridden=True, source=place.source))
        response = http.send(Request("GET", f"{place.url}/"))
    except SekishoError as error:
        return Answer(place, None, None, around.clock.now(), error)
    return Answer(place, response.status, date_of(response), around.clock.now(), None)
