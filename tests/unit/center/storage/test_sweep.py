from typing import Any

from sqlalchemy import Table, func, insert, select

from sekisho.center import sessions
from sekisho.center.storage import sweep, tables
from tests.unit.center.scene import ADMIN, DEV, World

OVER = (
    tables.device_codes,
    tables.authorization_requests,
    tables.access_tokens,
    tables.refresh_tokens,
    tables.role_credentials,
    tables.sign_ins,
    tables.sessions,
)
DAY = 24 * 3600
SESSION = 8 * 3600


def rows(world: World, table: Table) -> int:
    with world.center.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def lived(world: World) -> dict[str, Any]:
    """One sign-in by each grant, with everything that comes of them."""
    pkce = world.pkce_client()
    session = world.signed_in()
    world.redeem(pkce, world.code_for(pkce, session))
    client = world.device_client()
    token = world.token_by_device(client, session)
    world.refresh(client, token["refreshToken"])
    path = f"/federation/credentials?account_id={DEV}&role_name={ADMIN}"
    assert world.portal(path, token["accessToken"]).status == 200
    return token


def test_everything_that_is_over_for_a_day_is_removed_by_the_next_requests(world: World) -> None:
    lived(world)
    world.clock.advance(SESSION + DAY + 1)
    world.send("GET", "/healthz")

    assert {table.name: rows(world, table) for table in OVER} == dict.fromkeys(
        (table.name for table in OVER), 0
    )


def test_what_still_lives_or_ended_today_is_kept(world: World) -> None:
    token = lived(world)
    before = {table.name: rows(world, table) for table in OVER}
    world.clock.advance(SESSION - 60)
    world.send("GET", "/healthz")

    assert {table.name: rows(world, table) for table in OVER} == before
    assert all(before.values())
    assert token


def test_a_session_that_was_signed_out_of_is_over_from_then_on(world: World) -> None:
    session = world.signed_in()
    sessions.end_session(world.center, session)
    world.clock.advance(DAY - 60)
    world.send("GET", "/healthz")
    kept = rows(world, tables.sessions)
    world.clock.advance(120)
    world.send("GET", "/healthz")

    assert (kept, rows(world, tables.sessions)) == (1, 0)


def test_one_sweep_removes_no_more_than_it_has_time_for(world: World) -> None:
    world.signed_in()
    with world.center.database.writing() as connection:
        row = dict(connection.execute(select(tables.sessions)).mappings().one())
        many = [
            {**row, "id": f"session {number}", "cookie_hash": f"hash {number}"}
            for number in range(1200)
        ]
        connection.execute(insert(tables.sessions), many)
    later = row["expires_at"] + DAY + 1

    left = []
    for _ in range(4):
        sweep.sweep(world.center.database, later, audit_days=400, at_once=200)
        left.append(rows(world, tables.sessions))

    assert left == [801, 401, 1, 0]


def test_one_sweep_a_minute_keeps_up_with_100_000_people(world: World) -> None:
    world.token_by_device(world.device_client())
    with world.center.database.writing() as connection:
        row = dict(connection.execute(select(tables.access_tokens)).mappings().one())
        many = [{**row, "hash": f"hash {number}"} for number in range(4_000)]
        connection.execute(insert(tables.access_tokens), many)

    sweep.sweep(world.center.database, row["expires_at"] + DAY + 1, audit_days=400)

    assert rows(world, tables.access_tokens) == 0


def test_there_is_one_sweep_a_minute(world: World) -> None:
    sessions.end_session(world.center, world.signed_in())
    world.clock.advance(DAY)
    left = []
    for seconds in (0, 30, 30):
        world.clock.advance(seconds)
        world.send("GET", "/healthz")
        left.append(rows(world, tables.sessions))

    assert left == [1, 1, 0]
