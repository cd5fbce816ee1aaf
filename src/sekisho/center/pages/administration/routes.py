"""The addresses of the administration."""

from starlette.responses import Response

from sekisho.center.pages.administration import (
    accounts,
    assigning,
    audit_trail,
    everyones_sessions,
    groups,
    people,
    permission_sets,
    person_acts,
    person_form,
    policies,
)
from sekisho.center.pages.administration.guard import administrators_act, administrators_page
from sekisho.center.pages.administration.places import HOME, PLACES
from sekisho.center.pages.routing import route
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session

__all__ = ["ADMINISTRATION"]


def _enter(visit: Visit, _session: Session) -> Response:
    """Lead to the first place."""
    _, address = PLACES[0]
    return visit.go(address)


ADMINISTRATION = (
    route(HOME, get=administrators_page(_enter)),
    route(f"{HOME}/people", get=administrators_page(people.people)),
    route(
        f"{HOME}/people/new",
        get=administrators_act(person_form.ask_new),
        post=administrators_act(person_form.add),
    ),
    route(
        f"{HOME}/people/{{id}}",
        get=administrators_page(people.person),
        post=administrators_act(person_acts.act),
    ),
    route(
        f"{HOME}/people/{{id}}/change",
        get=administrators_act(person_form.ask_change),
        post=administrators_act(person_form.change),
    ),
    route(
        f"{HOME}/people/{{id}}/invite",
        get=administrators_page(person_acts.back),
        post=administrators_act(person_acts.invite),
    ),
    route(
        f"{HOME}/people/{{id}}/delete",
        get=administrators_act(person_acts.ask_delete),
        post=administrators_act(person_acts.delete),
    ),
    route(f"{HOME}/groups", get=administrators_page(groups.listed)),
    route(
        f"{HOME}/groups/new",
        get=administrators_act(groups.ask_new),
        post=administrators_act(groups.add),
    ),
    route(
        f"{HOME}/groups/{{id}}",
        get=administrators_page(groups.group),
        post=administrators_act(groups.act),
    ),
    route(
        f"{HOME}/groups/{{id}}/change",
        get=administrators_act(groups.ask_change),
        post=administrators_act(groups.change),
    ),
    route(
        f"{HOME}/groups/{{id}}/delete",
        get=administrators_act(groups.ask_delete),
        post=administrators_act(groups.delete),
    ),
    route(
        f"{HOME}/sessions",
        get=administrators_page(everyones_sessions.sessions),
        post=administrators_act(everyones_sessions.end),
    ),
    route(f"{HOME}/audit-trail", get=administrators_page(audit_trail.trail_page)),
    route(f"{HOME}/audit-trail/export", get=administrators_page(audit_trail.export)),
    route(f"{HOME}/permission-sets", get=administrators_page(permission_sets.listed)),
    route(
        f"{HOME}/permission-sets/new",
        get=administrators_act(permission_sets.ask_new),
        post=administrators_act(permission_sets.add),
    ),
    route(
        f"{HOME}/permission-sets/{{id}}",
        get=administrators_page(policies.page),
        post=administrators_act(policies.act),
    ),
    route(
        f"{HOME}/permission-sets/{{id}}/change",
        get=administrators_act(permission_sets.ask_change),
        post=administrators_act(permission_sets.change),
    ),
    route(
        f"{HOME}/permission-sets/{{id}}/delete",
        get=administrators_act(permission_sets.ask_delete),
        post=administrators_act(permission_sets.delete),
    ),
    route(f"{HOME}/accounts", get=administrators_page(accounts.listed)),
    route(
        f"{HOME}/accounts/{{id}}",
        get=administrators_page(accounts.account),
        post=administrators_act(accounts.act),
    ),
    route(f"{HOME}/accounts/{{id}}/people", get=administrators_page(accounts.people)),
    route(
        f"{HOME}/accounts/{{id}}/assign",
        get=administrators_act(assigning.ask),
        post=administrators_act(assigning.assign),
    ),
)
