"""Typed dicts of the standard library, which Pydantic doesn't read before Python 3.12."""

from __future__ import annotations

import sys
import types
import typing
from typing import Any, NotRequired, Required

from typing_extensions import TypedDict

_UNIONS = (typing.Union, types.UnionType)


def readable(kind: Any) -> Any:
    """Return a type in which every `typing.TypedDict` is one that Pydantic reads; any other type as it is.

    Args:
        kind: Any type; lists, maps, unions and `Annotated` are looked into.
    """
    return _readable(kind, frozenset()) if sys.version_info < (3, 12) else kind


def _readable(kind: Any, seen: frozenset[int]) -> Any:
    if id(kind) in seen:  # it holds itself; Pydantic will say what it thinks of that
        return kind
    if typing.is_typeddict(kind) and type(kind).__module__ == "typing":
        return _typed_dict(kind, seen | {id(kind)})
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is None or not arguments or origin is typing.Literal:
        return kind
    if origin is typing.Annotated:
        inner = _readable(arguments[0], seen)
        return kind if inner is arguments[0] else typing.Annotated[(inner, *arguments[1:])]
    read = tuple(_readable(one, seen) for one in arguments)
    if all(new is old for new, old in zip(read, arguments, strict=True)):
        return kind
    return typing.Union[read] if origin in _UNIONS else origin[read]  # noqa: UP007


def _typed_dict(kind: Any, seen: frozenset[int]) -> Any:
    hints = typing.get_type_hints(kind, include_extras=True)
    members = {name: _member(name, hint, kind, seen) for name, hint in hints.items()}
    make: Any = TypedDict
    made = make(kind.__name__, members)
    made.__doc__, made.__module__, made.__qualname__ = kind.__doc__, kind.__module__, kind.__qualname__
    config = getattr(kind, "__pydantic_config__", None)
    if config is not None:
        made.__pydantic_config__ = config
    return made


def _member(name: str, hint: Any, kind: Any, seen: frozenset[int]) -> Any:
    origin = typing.get_origin(hint)
    if origin in (Required, NotRequired):
        return origin[_readable(typing.get_args(hint)[0], seen)]
    marker: Any = Required if name in kind.__required_keys__ else NotRequired
    return marker[_readable(hint, seen)]
