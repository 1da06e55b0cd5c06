"""`compile`: what a schema promises, without a model."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from extractor.api.figures import figures
from extractor.grammar import leaf
from extractor.grammar.lark import grammar_text
from extractor.schema.coverage import Coverage, coverage
from extractor.schema.load import LoadedSchema, load
from extractor.validate.accepts import accepts


class CompiledSchema:
    """A schema that has been checked and can be promised.

    Attributes:
        schema: What it was made from.
        digest: SHA-256 of the schema, for manifests.
    """

    def __init__(self, schema: Any) -> None:
        """Compile a schema.

        Args:
            schema: A Pydantic model class, dataclass, TypedDict, Literal, Enum, list or union of those, or a JSON
                Schema as a dict or boolean.

        Raises:
            SchemaError: Something in it cannot be promised; the message names the field and the construct.
        """
        self.schema = schema
        self.loaded: LoadedSchema = load(schema)
        leaf.check(self.loaded.declaration)
        self.digest = self.loaded.digest

    @cached_property
    def coverage(self) -> Coverage:
        """Per field and keyword, how it is enforced; advice; how long records are, in bytes; printable."""
        return coverage(self.loaded.declaration, figures=figures(self.loaded.declaration))

    @property
    def grammar(self) -> str:
        """The grammar that decoding follows, readable; verbatim fields stand for any run of the text."""
        return grammar_text(self.loaded.declaration)

    def accepts(self, json_text: str, text: str | None = None) -> bool:
        """Whether this JSON value is one that an extraction could give.

        Args:
            json_text: A JSON value; key order and white space do not matter.
            text: The source; given, verbatim values must stand in it.
        """
        return accepts(self.loaded, json_text, text)


def compile(schema: Any) -> CompiledSchema:
    """Compile a schema. No model is loaded. See `CompiledSchema`."""
    return CompiledSchema(schema)
