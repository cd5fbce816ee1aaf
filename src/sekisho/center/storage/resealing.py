"""What lies sealed in the tables, and sealing it anew when the center's current key is another.

It happens at each start, so that a key may be retired once every replica has started with its successor.
"""

from sqlalchemy import Connection, Table, select, update

from sekisho.center import audit
from sekisho.center.keys import Keys
from sekisho.center.sealing import AUTHENTICATOR_APP, Unsealable, key_of, seal, unseal
from sekisho.center.storage.tables import authenticator_apps

__all__ = ["reseal"]

_SEALED: tuple[tuple[str, Table, str, str], ...] = (
    (AUTHENTICATOR_APP, authenticator_apps, "secret", "user_id"),
)
"""Purpose, table, the column with the sealed secret, and the one with what it is bound to."""


def reseal(connection: Connection, keys: Keys) -> None:
    """Seal by the current key what an older one has sealed, within the transaction.

    What no key opens stays as it is, with a warning in the log: its key may come back.
    """
    for purpose, table, sealed, bound_to in _SEALED:
        columns = (table.c.id, table.c[sealed], table.c[bound_to])
        for row_id, text, owner in connection.execute(select(*columns)).all():
            if key_of(text) == keys.current:
                continue
            try:
                secret = unseal(keys, purpose, text, owner)
            except Unsealable:
                audit.warn("sealed", f"no key opens the secret of the {purpose} {row_id}")
                continue
            anew = seal(keys, purpose, secret, owner)
            connection.execute(update(table).where(table.c.id == row_id).values({sealed: anew}))
