from sqlalchemy import select

from sekisho.center.storage.inserting import insert_if_absent
from sekisho.center.storage.tables import used_challenges
from tests.unit.center.scene import World


def test_a_row_is_inserted_once_and_whoever_inserts_it_is_told(world: World) -> None:
    with world.center.database.writing() as connection:
        told = [
            insert_if_absent(connection, used_challenges, hash="one", expires_at=number)
            for number in (1, 2)
        ]
        rows = connection.execute(select(used_challenges.c.expires_at)).scalars().all()

    assert told == [True, False]
    assert rows == [1]
