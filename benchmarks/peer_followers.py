"""The peers' ways to constrain a model to a JSON Schema, for `benchmarks.conformance`: each as its own package has it.

Either may crash or never be done with a schema, so that both are asked in processes of their own.
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import thread_time
from typing import Any

import regex

from benchmarks.followers import Compiled, Follower, Longest, RefusedError, Times
from extractor.grammar.vocabulary import Vocabulary

_SEARCH_S = 5.0
_EVERY = 16  # tokens between two masks that are timed: llama.cpp looks at every token of the vocabulary


@dataclass(frozen=True, slots=True)
class _Regex:
    """What outlines-core makes of a schema: one regular expression, asked for whole values."""

    pattern: regex.Pattern[str]
    checked: bool = False

    def grammar(self, value: Any) -> bool:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self.pattern.fullmatch(text, timeout=_SEARCH_S) is not None

    def whole(self, value: Any) -> bool:  # noqa: ARG002
        return True


def outlines_follower(vocabulary: Vocabulary, times: Times, *, masks: bool) -> Follower:
    """outlines-core: its regular expression; with `masks` the automaton is built too, for the time it takes."""
    import outlines_core
    from outlines_core.json_schema import build_regex_from_schema

    tokens: dict[str | bytes, list[int]] = {}
    special = {vocabulary.eos, *vocabulary.controls.values()}
    for token, data in enumerate(vocabulary.tokens):
        if data and token not in special:
            tokens.setdefault(bytes(data), []).append(token)
    known = outlines_core.Vocabulary(vocabulary.eos, tokens) if masks else None

    def compiled(schema: Any) -> Compiled:
        start = thread_time()
        try:
            pattern = build_regex_from_schema(json.dumps(schema), "")
            index = None if known is None else outlines_core.Index(pattern, known)
            times.compile.append(thread_time() - start)
            found = regex.compile(pattern)
        except (ValueError, TypeError, regex.error) as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error
        if index is not None:
            _time_masks(outlines_core.Guide(index), len(vocabulary), times)
        return _Regex(found)

    return compiled


def _time_masks(guide: Any, size: int, times: Times) -> None:
    """Time the masks of the first tokens: the lowest legal one is taken each time."""
    mask = (ctypes.c_int32 * ((size + 31) // 32))()
    for _ in range(_EVERY):
        start = thread_time()
        guide.write_mask_into(ctypes.addressof(mask), len(mask), 4)
        times.mask.append(thread_time() - start)
        legal = guide.get_tokens()
        if guide.is_finished() or not legal:
            return
        guide.advance(min(legal))


@dataclass(frozen=True, slots=True)
class _Gbnf:
    """A grammar of llama.cpp's, followed token by token."""

    text: bytes
    vocab: Any
    size: int
    cut: Longest
    eos: int
    times: Times
    order: dict[str, list[str]]
    masks: bool
    checked: bool = False

    def grammar(self, value: Any) -> bool:
        import llama_cpp

        text = json.dumps(_ordered(value, self.order), ensure_ascii=False, separators=(",", ":"))
        sampler = llama_cpp.llama_sampler_init_grammar(self.vocab, self.text, b"root")
        try:
            for place, token in enumerate([*self.cut(text.encode()), self.eos]):
                if self.masks and place % _EVERY == 0:
                    self._time(sampler)
                if not self._legal(sampler, [token]):
                    return False
                if token != self.eos:
                    llama_cpp.llama_sampler_accept(sampler, token)
        finally:
            llama_cpp.llama_sampler_free(sampler)
        return True

    def _time(self, sampler: Any) -> None:
        start = thread_time()
        self._legal(sampler, range(self.size))
        self.times.mask.append(thread_time() - start)

    def _legal(self, sampler: Any, tokens: Iterable[int]) -> bool:
        """Whether the last of some tokens is legal; llama.cpp asks its grammar about all of them."""
        import llama_cpp

        asked = [*tokens]
        data = (llama_cpp.llama_token_data * len(asked))(*((token, 0.0, 0.0) for token in asked))
        array = llama_cpp.llama_token_data_array(data, len(asked), -1, False)
        llama_cpp.llama_sampler_apply(sampler, ctypes.byref(array))
        return bool(data[len(asked) - 1].logit > float("-inf"))

    def whole(self, value: Any) -> bool:  # noqa: ARG002
        return True


def gbnf_follower(vocabulary: Vocabulary, times: Times, *, masks: bool, gguf: Path) -> Follower:
    """llama.cpp's grammar, as llama-cpp-python writes it; keys in the order that it asks for."""
    import llama_cpp
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    llama_cpp.llama_backend_init()
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(str(gguf).encode(), params)
    vocab = llama_cpp.llama_model_get_vocab(model)
    cut = Longest(vocabulary)

    def compiled(schema: Any) -> Compiled:
        start = thread_time()
        try:
            text = json_schema_to_gbnf(json.dumps(schema)).encode()
        except Exception as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error
        sampler = llama_cpp.llama_sampler_init_grammar(vocab, text, b"root")
        if not sampler:
            raise RefusedError("its grammar is no grammar: decoding would go on without one")
        llama_cpp.llama_sampler_free(sampler)
        times.compile.append(thread_time() - start)
        return _Gbnf(text, vocab, len(vocabulary), cut, vocabulary.eos, times, _orders(schema), masks)

    return compiled


def _orders(schema: Any) -> dict[str, list[str]]:
    """The order of keys in each object of a schema: required ones first; by the names that are there, joined."""
    found: dict[str, list[str]] = {}
    waiting = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            named, required = value.get("properties"), value.get("required", ())
            if isinstance(named, dict):
                first = [name for name in named if isinstance(required, list) and name in required]
                for name in named:
                    found.setdefault(name, [*first, *(other for other in named if other not in first)])
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


def _ordered(value: Any, orders: dict[str, list[str]]) -> Any:
    if isinstance(value, list):
        return [_ordered(one, orders) for one in value]
    if not isinstance(value, dict):
        return value
    told = max((orders.get(name, []) for name in value), key=lambda names: len(set(names) & set(value)), default=[])
    names = [*(name for name in told if name in value), *(name for name in value if name not in told)]
    return {name: _ordered(value[name], orders) for name in names}
