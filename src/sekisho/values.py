"""Frozen values: what sekisho uses of `dataclasses`, for a tenth of what that costs at import.

The standard library writes and compiles six methods for every class, used or not; with fifty classes
that was a third of a command that makes one call. Here the methods are shared, and `__init__` alone is
compiled, when the first value is made. To a type checker, and to whoever asks by
`dataclasses.fields`, such a class is a data class like any other; a test holds one to the other.
Left out is what sekisho does not use: inheritance of fields, class variables, order.
"""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass", "field", "replace"]

_MISSING: Any = object()


class _Field:
    """What `field` was told."""

    __slots__ = ("default", "default_factory", "repr")

    def __init__(self, default: Any, default_factory: Any, *, shown: bool) -> None:
        self.default = default
        self.default_factory = default_factory
        self.repr = shown

    def told(self) -> dict[str, Any]:
        """The arguments that `dataclasses.field` would take."""
        given = {"default": self.default, "default_factory": self.default_factory}
        return {name: value for name, value in given.items() if value is not _MISSING} | {
            "repr": self.repr
        }


class _Fields:
    """`__dataclass_fields__`, made by the standard library when somebody asks for it."""

    def __get__(self, _: object, owner: type) -> dict[str, Any]:
        import dataclasses

        fields: dict[str, _Field] = owner.__told__  # type: ignore[attr-defined]
        fresh: Any = dataclasses.make_dataclass(
            owner.__name__,
            [
                (name, owner.__annotations__[name], dataclasses.field(**each.told()))
                for name, each in fields.items()
            ],
        )
        found: dict[str, Any] = fresh.__dataclass_fields__
        return found


def _field(*, default: Any = _MISSING, default_factory: Any = _MISSING, repr: bool = True) -> Any:  # noqa: A002  # its name there
    """As `dataclasses.field`."""
    return _Field(default, default_factory, shown=repr)


def _replace(value: Any, /, **changes: Any) -> Any:
    """As `dataclasses.replace`."""
    return type(value)(**{**dict(_items(value)), **changes})


def _dataclass(*, slots: bool, frozen: bool = False) -> Callable[[type], type]:
    """As `dataclasses.dataclass`."""

    def make(plain: type) -> type:
        names = tuple(plain.__annotations__)  # from 3.14 on they are made when asked for
        space = dict(vars(plain))
        for name in ("__dict__", "__weakref__"):
            space.pop(name, None)
        fields = {}
        for name in names:
            given = space.pop(name, _MISSING)
            told = given if isinstance(given, _Field) else _Field(given, _MISSING, shown=True)
            fields[name] = told
        hashed = space.pop("__hash__", None) or (_hash if frozen else None)
        shared = {"__init__": _first_init, "__repr__": _repr, "__eq__": _eq}
        if frozen:
            kept = {"__setattr__": _refuse, "__delattr__": _refuse}
            shared |= {**kept, "__getstate__": _getstate, "__setstate__": _setstate}
        space = {**shared, **space, "__hash__": hashed, "__slots__": names}
        space |= {"__match_args__": names, "__dataclass_fields__": _Fields(), "__told__": fields}
        space["__values__"] = attrgetter(*names) if len(names) > 1 else _values
        made = type(plain)(plain.__name__, plain.__bases__, space)
        made.__qualname__ = plain.__qualname__
        return made

    if not slots:
        raise TypeError("values have slots")
    return make


def _first_init(self: Any, *arguments: Any, **named: Any) -> None:
    """Compile `__init__` of the class, and go on with that."""
    owner: Any = next(each for each in type(self).__mro__ if "__told__" in vars(each))
    owner.__init__ = _init(owner)
    owner.__init__(self, *arguments, **named)


def _init(owner: Any) -> Any:
    space: dict[str, Any] = {"missing": _MISSING}
    head, body = ["self"], []
    for name, told in owner.__told__.items():
        space[f"set_{name}"] = vars(owner)[name].__set__
        if told.default_factory is not _MISSING:
            space[f"make_{name}"] = told.default_factory
            head.append(f"{name}=missing")
            body.append(f"    set_{name}(self, make_{name}() if {name} is missing else {name})")
            continue
        if told.default is not _MISSING:
            space[f"default_{name}"] = told.default
        head.append(name if told.default is _MISSING else f"{name}=default_{name}")
        body.append(f"    set_{name}(self, {name})")
    text = "\n".join([f"def __init__({', '.join(head)}):", *body])
    exec(text, space)  # noqa: S102  # of the class's own names, as the standard library does it
    made = space["__init__"]
    made.__annotations__ = {**owner.__annotations__, "return": None}
    made.__qualname__ = f"{owner.__qualname__}.__init__"
    return made


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(value, name)) for name in value.__told__)


def _values(value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, name) for name in value.__told__)


def _repr(self: Any) -> str:
    shown = (f"{name}={kept!r}" for name, kept in _items(self) if self.__told__[name].repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _eq(self: Any, other: object) -> Any:
    return _compared(self) == _compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _compared(value: Any) -> Any:
    return type(value).__values__(value)


def _refuse(self: Any, name: str, *_: Any) -> NoReturn:  # noqa: ARG001
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to or delete field {name!r}")


def _getstate(self: Any) -> tuple[Any, ...]:
    return _values(self)


def _setstate(self: Any, state: tuple[Any, ...]) -> None:
    for name, kept in zip(self.__told__, state, strict=True):
        object.__setattr__(self, name, kept)


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _field, _replace
