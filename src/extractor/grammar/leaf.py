"""Whether one string fits one string node: the same engine that constrains decoding says so.

This is for whole values that are already there. It knows nothing of JSON: a value is its characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, assert_never

from extractor.errors import SchemaError
from extractor.grammar.bytes_vocabulary import bytes_vocabulary
from extractor.grammar.formats import FORMATS
from extractor.schema import paths
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    IntegerNode,
    Node,
    NullNode,
    NumberNode,
    ObjectNode,
    QuotedNode,
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)
from extractor.schema.regex_tree import as_pattern
from extractor.schema.regular import parse
from extractor.schema.rfc_formats import LONGEST, RFC_FORMATS


def fits(node: StringNode, value: str) -> bool:
    """Whether a string has the length, the pattern and the format of a node. A lone surrogate never fits."""
    if len(value) < node.min_length or (node.max_length is not None and len(value) > node.max_length):
        return False
    if not _is_unicode(value):
        return False
    if not all(matches(pattern, value) for pattern in node.wanted) or any(matches(p, value) for p in node.never):
        return False
    return node.format is None or has_format(node.format, value)


def matches(pattern: str, value: str) -> bool:
    """Whether a pattern, searched, is found in a value.

    Args:
        pattern: In the grammar's dialect.
        value: Any string.

    Raises:
        SchemaError: The pattern cannot be compiled.
    """
    if not _is_unicode(value):
        return False
    prefix = Prefix(pattern)
    return prefix.takes(value) and prefix.whole


class Prefix:
    """Follows a string, piece by piece, for as long as it can become a match of a pattern.

    Args:
        pattern: In the grammar's dialect.

    Raises:
        SchemaError: The pattern cannot be compiled.
    """

    def __init__(self, pattern: str) -> None:
        self._matcher = _pattern_matcher(pattern).deep_copy()

    def takes(self, piece: str) -> bool:
        """Whether it can go on with a piece; after a no it is used up."""
        tokens = list(piece.encode())
        return bool(self._matcher.try_consume_tokens(tokens) == len(tokens))

    @property
    def whole(self) -> bool:
        """Whether what it took is a match."""
        return bool(self._matcher.is_accepting())


def has_format(form: str, value: str) -> bool:
    """Whether a value is of a format: in the strict form that is decoded, or as its RFC has it."""
    strict = form in FORMATS and matches(FORMATS[form], value)
    return (strict and len(value) <= LONGEST.get(form, len(value))) or has_rfc_format(form, value)


def has_rfc_format(form: str, value: str) -> bool:
    """Whether a value is of a format as its RFC has it."""
    return len(value) <= LONGEST.get(form, len(value)) and form in RFC_FORMATS and matches(RFC_FORMATS[form], value)


def check(declaration: Declaration) -> None:
    """Compile every pattern of a declaration.

    Raises:
        SchemaError: Names the first string whose pattern cannot be compiled, with its path.
    """
    for path, pattern in _patterns(declaration):
        try:
            _pattern_matcher(pattern)
        except SchemaError as error:
            message = str(error).removeprefix(f"{error.field_path}: ")
            raise SchemaError(message, field_path=path, construct="pattern") from error


def _is_unicode(value: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in value)


@cache
def _tokenizer() -> Any:
    import llguidance

    vocabulary = bytes_vocabulary()

    class Tokens:
        """What llguidance asks of a tokenizer."""

        eos_token_id = vocabulary.eos
        bos_token_id = vocabulary.bos
        tokens = tuple(vocabulary.tokens)
        special_token_ids = (vocabulary.eos,)

        def __call__(self, text: str | bytes) -> list[int]:
            return list(text.encode() if isinstance(text, str) else text)

    return llguidance.LLTokenizer(llguidance.TokenizerWrapper(Tokens()), n_vocab=len(vocabulary))


def _matcher(grammar: str, what: str) -> Any:
    import llguidance

    matcher = llguidance.LLMatcher(_tokenizer(), grammar)
    if matcher.is_error():
        reason = matcher.get_error().strip().split("\n", 1)[0]
        raise SchemaError(f"{what} cannot be compiled: {reason}; simplify it", construct="pattern")
    return matcher


@lru_cache(maxsize=512)
def _pattern_matcher(pattern: str) -> Any:
    import llguidance

    return _matcher(llguidance.LLMatcher.grammar_from_regex(as_pattern(parse(pattern))), f"the pattern {pattern!r}")


def _patterns_of_string(node: StringNode) -> Iterator[str]:
    yield from node.wanted
    yield from node.never


def _patterns(declaration: Declaration) -> Iterator[tuple[str, str]]:
    yield from _patterns_of(declaration.root, "$", declaration.definitions, set())


def _patterns_of(  # noqa: C901, PLR0912
    node: Node, path: str, definitions: Mapping[str, Node], seen: set[str]
) -> Iterator[tuple[str, str]]:
    match node:
        case StringNode():
            yield from ((path, pattern) for pattern in _patterns_of_string(node))
        case ArrayNode(items, prefix):
            for index, inner in enumerate(prefix):
                yield from _patterns_of(inner, f"{path}[{index}]", definitions, seen)
            if items is not None:
                yield from _patterns_of(items, paths.item(path), definitions, seen)
        case ObjectNode(fields, extra, extra_pattern):
            for member in fields:
                yield from _patterns_of(member.node, paths.member(path, member.name), definitions, seen)
            if extra_pattern is not None and extra is None:
                yield path, extra_pattern
            for kind in node.kinds:
                yield from ((path, pattern) for pattern in _patterns_of_string(kind.names))
                yield from _patterns_of(kind.node, paths.value(path), definitions, seen)
        case UnionNode(options):
            for option in options:
                yield from _patterns_of(option, path, definitions, seen)
        case RefNode(name):
            if name not in seen:
                seen.add(name)
                yield from _patterns_of(definitions[name], path, definitions, seen)
        case QuotedNode(value):
            yield from _patterns_of(value, path, definitions, seen)
        case VerbatimNode() | IntegerNode() | NumberNode() | BooleanNode() | NullNode() | EnumNode() | AnyNode():
            return
        case _:
            assert_never(node)
