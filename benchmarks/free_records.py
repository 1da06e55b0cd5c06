"""What the model writes without a grammar: the best of all tokens each time, until the record is whole."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from extractor.api.compiled import CompiledSchema
from extractor.engine.llamacpp import LlamaCppEngine
from extractor.engine.protocol import Work
from extractor.grammar.masks import mask_words
from extractor.grammar.vocabulary import Vocabulary
from extractor.prompt.schema_text import render
from extractor.prompt.template import TEMPLATES, Brief, ExtractorTemplate, encode
from extractor.store.home import resolve_model

_MOST = 400  # tokens of a record
_SEQUENCE = 0


class FreeDecoder:
    """A model without a grammar. A context manager."""

    def __init__(self, model: str | Path | None) -> None:
        found = resolve_model(model)
        template = found.template or ExtractorTemplate.name
        self._template = TEMPLATES[template]
        self._engine = LlamaCppEngine(found.path, template=template, digest="free")
        words = mask_words(len(self._engine.vocabulary.tokens))
        self._everything = np.full(words, -1, np.int32)
        self._ends = {self._engine.vocabulary.controls[name] for name in ("<eos>",)}

    def record(self, schema: Any, text: str) -> tuple[str, bool]:
        """Decode one text.

        Returns:
            What was written, and whether it is a record that the schema accepts.
        """
        compiled = CompiledSchema(schema)
        vocabulary = self._engine.vocabulary
        shown = Brief(render(compiled.loaded.declaration))
        tokens = encode(self._template.prefix(shown), vocabulary) + encode(self._template.body(text), vocabulary)
        self._engine.forget(_SEQUENCE)
        written: list[int] = []
        position = 0
        while len(written) < _MOST and position + len(tokens) < self._engine.context_tokens:
            best = self._best(position, tokens)
            if best in self._ends:
                break
            position += len(tokens)
            tokens = [best]
            written.append(best)
            if vocabulary.tokens[best].endswith(b"}") and _is_json(found := _text(written, vocabulary)):
                return found, compiled.accepts(found, text)  # what comes after a whole record is not asked for
        return _text(written, vocabulary), False

    def _best(self, position: int, tokens: list[int]) -> int:
        for start in range(0, len(tokens), self._engine.batch_tokens):
            chunk = tokens[start : start + self._engine.batch_tokens]
            last = start + len(chunk) == len(tokens)
            masks = [self._everything] if last else []
            scores = self._engine.evaluate([Work(_SEQUENCE, position + start, chunk, last)], masks.copy)
        return int(scores[0].ids[scores[0].logits.argmax()])

    def __enter__(self) -> FreeDecoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.close()


def _text(tokens: list[int], vocabulary: Vocabulary) -> str:
    return vocabulary.decode(tokens).decode(errors="replace")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
