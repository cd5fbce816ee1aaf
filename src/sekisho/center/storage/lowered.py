"""Text in small letters, in the order of its bytes: what lists are sorted and searched by."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["lowered"]


class lowered(FunctionElement[str]):  # noqa: N801  a function of SQL, as SQLAlchemy spells those
    """`lower(…)` in an order that is the same wherever the database was made.

    In it, all that begins with some text stands together, so an index finds it. SQLite turns letters of
    ASCII alone.
    """

    type = String()
    inherit_cache = True


@compiles(lowered)
def _lower(element: Any, compiler: Any, **more: Any) -> str:
    return f"lower({compiler.process(element.clauses, **more)})"


@compiles(lowered, "postgresql")
def _lower_bytewise(element: Any, compiler: Any, **more: Any) -> str:
    return f'lower({compiler.process(element.clauses, **more)}) COLLATE "C"'
