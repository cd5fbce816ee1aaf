"""Many people who sign in at once hold up nobody who needs no password."""

import asyncio
import dataclasses
import threading

import httpx2
from argon2 import PasswordHasher

from tests.unit.center.scene import ORIGIN, PERSON, World

_CROWD = 60
"""More than there are threads for requests of every kind: 40."""
_DEADLINE = 60


class Slow(PasswordHasher):
    """Takes as long over a hash as the test likes."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()
        self.may_end = threading.Event()

    def verify(self, *_: object) -> bool:  # type: ignore[override]
        self.begun.set()
        assert self.may_end.wait(_DEADLINE)
        return True


def test_whoever_needs_no_password_is_answered_while_a_crowd_waits(world: World) -> None:
    token = world.token_by_device(world.device_client())["accessToken"]
    hasher = Slow()
    world.app.state.center = dataclasses.replace(world.center, hasher=hasher)

    async def at_nine() -> int:
        transport = httpx2.ASGITransport(app=world.app)
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as http:
            form = (await http.get("/signin")).text.partition('name="csrf" value="')[2]
            fields = {"csrf": form[:64], "username": PERSON, "password": "obviously-not-a-real-one"}
            crowd = [asyncio.create_task(http.post("/signin", data=fields)) for _ in range(_CROWD)]
            assert await asyncio.to_thread(hasher.begun.wait, _DEADLINE)
            asked = http.get("/assignment/accounts", headers={"x-amz-sso_bearer_token": token})
            try:
                answer = await asyncio.wait_for(asked, _DEADLINE / 2)
            finally:
                hasher.may_end.set()
                await asyncio.gather(*crowd)
            return answer.status_code

    assert asyncio.run(at_nine()) == 200
