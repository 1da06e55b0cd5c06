"""Values that the model is not sure enough of: null in the record where the schema lets it, and told either way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias, TypeVar, cast

from extractor.errors import InputError, RecordError
from extractor.record.extraction import Extraction
from extractor.record.layout import field_path, leaves, pieces
from extractor.schema import paths
from extractor.schema.load import LoadedSchema
from extractor.schema.nodes import ArrayNode, Declaration, Node, ObjectNode, RefNode, UnionNode
from extractor.validate.records import instance

T = TypeVar("T")
Least: TypeAlias = "float | Mapping[str, float]"


def check_paths(loaded: LoadedSchema, least: Least | None) -> None:
    """Refuse a bound on a field that the schema does not have.

    Raises:
        InputError: There is no such field.
    """
    known = {"$", *_fields(loaded.declaration, loaded.declaration.root, "$", ())}
    for path in least if isinstance(least, Mapping) else ():
        if path not in known:
            raise InputError(
                f"min_confidence names {path!r}, which the schema does not have; it has {', '.join(sorted(known))}",
                path="min_confidence",
            )


def _fields(declaration: Declaration, node: Node, path: str, entered: tuple[str, ...]) -> Iterator[str]:
    """Paths of the fields and items of a schema, each definition entered twice at most on the way to one."""
    match node:
        case ObjectNode(fields):
            for member in fields:
                inner = paths.member(path, member.name)
                yield inner
                yield from _fields(declaration, member.node, inner, entered)
        case ArrayNode(items, prefix):
            yield paths.item(path)
            for held in (*prefix, *([] if items is None else [items])):
                yield from _fields(declaration, held, paths.item(path), entered)
        case UnionNode(options):
            for option in options:
                yield from _fields(declaration, option, path, entered)
        case RefNode(name) if entered.count(name) < 2:
            yield from _fields(declaration, declaration.definitions[name], path, (*entered, name))
        case _:
            return


def without_doubts(loaded: LoadedSchema, extraction: Extraction[T], least: Least) -> Extraction[T]:
    """Take out what is uncertain, the least certain first, as far as the schema and its validators let it be null.

    Args:
        loaded: The schema.
        extraction: A record as decoded, or an error, which stays.
        least: What a value's confidence must be, as `Decoding.min_confidence`.

    Returns:
        The extraction with `uncertain`; confidences are those of the values as decoded.
    """
    doubted = [path for path, sure in extraction.confidence.items() if sure < _least(path, least)]
    if not doubted:
        return extraction
    values = dict(leaves(extraction.json))
    text, record, spans = extraction.json, extraction.record, dict(extraction.spans)
    for path in sorted(doubted, key=lambda path: extraction.confidence[path]):
        if values.get(path) is None:  # null already, or an empty list
            continue
        without = _with_null(text, path)
        try:
            record = cast("T", instance(loaded, without))
        except RecordError:
            continue
        text = without
        spans.pop(path, None)
    uncertain = {path: values.get(path, []) for path in doubted}
    return replace(extraction, record=record, json=text, spans=spans, uncertain=uncertain)


def _least(path: str, least: Least) -> float:
    """The bound of the nearest path that holds a value; 0 where there is none."""
    if not isinstance(least, Mapping):
        return least
    field = field_path(path)
    holding = [one for one in least if one in ("$", field) or field.startswith((f"{one}.", f"{one}["))]
    return least[max(holding, key=lambda one: (one != "$", len(one)))] if holding else 0.0


def _with_null(text: str, path: str) -> str:
    """A record in the canonical layout with null in place of a string or scalar."""
    held = [piece for piece in pieces(text) if piece.path == path and piece.kind != "structure"]
    data = text.encode()
    return (data[: held[0].start] + b"null" + data[held[-1].start + len(held[-1].data) :]).decode()
