"""llama.cpp without anything around it: one context, batches of tokens."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from types import TracebackType

import llama_cpp

from benchmarks.measured import threads

_silence = llama_cpp.llama_log_callback(lambda _level, _text, _data: None)


class Llama:
    """A model and a context. A context manager."""

    def __init__(self, path: str, *, context: int, batch: int, sequences: int = 1) -> None:
        llama_cpp.llama_log_set(_silence, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = context
        params.n_batch = params.n_ubatch = batch
        params.n_seq_max = sequences
        params.kv_unified = params.swa_full = True
        params.n_threads = params.n_threads_batch = threads()
        self.context = llama_cpp.llama_init_from_model(self.model, params)
        self._memory = llama_cpp.llama_get_memory(self.context)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self._batch = llama_cpp.llama_batch_init(batch, 0, 1)
        self._most = batch

    def decode(self, places: Sequence[tuple[int, int, int]], *, scored: bool = False) -> None:
        """Evaluate tokens `(token, position, sequence)` in one batch; `scored`: the head for the last one."""
        batch = self._batch
        for at, (token, position, sequence) in enumerate(places):
            batch.token[at], batch.pos[at], batch.n_seq_id[at], batch.logits[at] = token, position, 1, 0
            batch.seq_id[at][0] = sequence
        batch.logits[len(places) - 1] = scored
        batch.n_tokens = len(places)
        code = llama_cpp.llama_decode(self.context, batch)
        if code != 0:
            raise RuntimeError(f"llama_decode: code {code}")
        llama_cpp.llama_synchronize(self.context)

    def prefill(self, tokens: Sequence[int], start: int = 0, sequence: int = 0, *, scored: bool = False) -> None:
        """Evaluate a run of tokens in batches as wide as they can be."""
        for at in range(0, len(tokens), self._most):
            chunk = tokens[at : at + self._most]
            last = at + len(chunk) == len(tokens)
            places = [(token, start + at + offset, sequence) for offset, token in enumerate(chunk)]
            self.decode(places, scored=scored and last)

    def share(self, source: int, target: int) -> None:
        """Let a sequence begin with what another holds."""
        self.forget(target)
        llama_cpp.llama_memory_seq_cp(self._memory, source, target, -1, -1)

    def forget(self, sequence: int, start: int = 0) -> None:
        """Drop a sequence's positions from `start` on."""
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, start, -1)

    def tokenise(self, text: str) -> list[int]:
        """Tokens of a text, the beginning-of-sequence token first, control tokens by name."""
        data = text.encode()
        room = len(data) + 8
        ids = (llama_cpp.llama_token * room)()
        return list(ids[: llama_cpp.llama_tokenize(self.vocabulary, data, len(data), ids, room, True, True)])

    def piece(self, token: int) -> bytes:
        """Bytes of a token."""
        buffer = ctypes.create_string_buffer(1 << 12)
        return buffer.raw[: llama_cpp.llama_token_to_piece(self.vocabulary, token, buffer, len(buffer), 0, True)]

    def __enter__(self) -> Llama:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        llama_cpp.llama_batch_free(self._batch)
        llama_cpp.llama_free(self.context)
        llama_cpp.llama_model_free(self.model)
