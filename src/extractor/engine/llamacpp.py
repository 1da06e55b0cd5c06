"""llama.cpp through llama-cpp-python's low-level API. Only `llama_*` modules import `llama_cpp`."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import llama_cpp
import numpy as np
from numpy.typing import NDArray

from extractor.engine.cells import Cells
from extractor.engine.cores import physical_cores
from extractor.engine.ggml import Ggml
from extractor.engine.lazy_head import LazyHead
from extractor.engine.llama_batch import TokenBatch
from extractor.engine.llama_memory import LlamaMemory
from extractor.engine.llama_vocabulary import read_vocabulary
from extractor.engine.output_head import open_output_head
from extractor.engine.protocol import PIECE_TOKENS, PREFIX_SEQUENCES, Keeper, Scores, Work
from extractor.errors import EngineError, ModelError
from extractor.grammar.constraint import Mask
from extractor.grammar.masks import legal_ids
from extractor.grammar.vocabulary import Vocabulary

_silence = llama_cpp.llama_log_callback(lambda _level, _text, _data: None)  # llama.cpp calls it: keep the reference
llama_cpp.llama_log_set(_silence, ctypes.c_void_p(0))
llama_cpp.llama_backend_init()


@contextmanager
def open_vocabulary(path: Path) -> Iterator[Vocabulary]:
    """Load a model's vocabulary without its weights, for as long as the context lasts.

    Raises:
        ModelError: llama.cpp cannot read the file.
    """
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise ModelError(f"llama.cpp cannot load {path}")
    try:
        yield read_vocabulary(model)
    finally:
        llama_cpp.llama_model_free(model)


@dataclass(slots=True)
class _Weights:
    """A model file in memory, and how many engines use it."""

    key: tuple[str, int, int]
    model: llama_cpp.llama_model_p
    users: int = 0


_loading = threading.Lock()
_loaded: dict[tuple[str, int, int], _Weights] = {}


def _load_weights(path: Path) -> _Weights:
    """Load a file, or give out what is loaded: engines that differ in their adapter share the weights."""
    status = path.stat()
    key = (str(path.resolve()), status.st_mtime_ns, status.st_size)
    with _loading:
        if key not in _loaded:
            model = llama_cpp.llama_model_load_from_file(str(path).encode(), llama_cpp.llama_model_default_params())
            if not model:
                raise ModelError(f"llama.cpp cannot load {path}; check it with `extractor model verify`")
            _loaded[key] = _Weights(key, model)
        _loaded[key].users += 1
        return _loaded[key]


def _free_weights(weights: _Weights) -> None:
    with _loading:
        weights.users -= 1
        if weights.users == 0:
            del _loaded[weights.key]
            llama_cpp.llama_model_free(weights.model)


def _layout() -> str:
    """What the contents of a cell depend on beside the model: llama.cpp, the processor's kernels, the pieces."""
    system = llama_cpp.llama_print_system_info().decode(errors="replace")
    return f"llama.cpp {llama_cpp.__version__}, {system}, pieces of {PIECE_TOKENS}, f16"


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to run a model.

    Attributes:
        context_tokens: Positions one text may take, prompt and record; None: what the model was trained to, at most
            4,096.
        parallel: Texts in flight at once.
        threads: Threads of llama.cpp; None: the physical cores among those this process may use.
        head: Whether llama.cpp computes the scores of all tokens (`full`) or only of legal ones where these are few
            (`lazy`, see `engine.lazy_head`); `auto`: lazy where the vocabulary is large enough for it to pay.
        keeper: Keeps the vocabulary between processes; None: it is read anew.
    """

    context_tokens: int | None = None
    parallel: int = 8
    threads: int | None = None
    head: Literal["auto", "lazy", "full"] = "auto"
    keeper: Keeper | None = None


class LlamaCppEngine:
    """A model in llama.cpp with one context whose sequences share their cells.

    What comes out for a text does not depend on its company, bit for bit: llama.cpp works through a batch in pieces of
    at most 60 tokens, filled up to a multiple of 4, over which its kernels compute a row alike whatever stands beside
    it and however many threads there are; and a text's cells lie in the order of its positions (`engine.cells`).

    Attributes:
        threads: To compute the next batch with; may be changed at any time, from any thread.
    """

    _BATCH_TOKENS = 1024
    _TILE = 4  # rows that do not fill one take another path
    _DEFAULT_CONTEXT = 4096
    _CACHE_BYTES = 256 << 20
    _LARGE_HEAD = 16 << 20  # elements; a smaller one costs less than asking llama.cpp to leave it out
    _SMALL_SHARE = 16  # of the vocabulary: what a lazy head scores itself

    def __init__(
        self,
        path: Path,
        *,
        template: str,
        digest: str,
        options: EngineOptions | None = None,
        adapter: Path | None = None,
    ) -> None:
        """Load a model.

        Args:
            path: A GGUF whose header has been checked (llama.cpp may abort on one that is not whole).
            template: Name of the prompt template it was made for.
            digest: Names the model in caches.
            options: How to run it.
            adapter: A low-rank adapter (GGUF) to compute with; engines of one file share its weights.

        Raises:
            ModelError: llama.cpp cannot load the file, or the adapter was made for another model.
            EngineError: There is no memory for the context.
        """
        options = options or EngineOptions()
        self.template, self.digest = template, digest
        self._weights = _load_weights(path)
        self._model = self._weights.model
        self.layout = _layout()
        self.vocabulary = read_vocabulary(self._model, options.keeper, repr(self._weights.key))
        trained = llama_cpp.llama_model_n_ctx_train(self._model)
        self.context_tokens = min(trained, options.context_tokens or min(trained, self._DEFAULT_CONTEXT))
        self.sequences = options.parallel + PREFIX_SEQUENCES
        self.batch_tokens = self._BATCH_TOKENS
        self.cells = self._affordable_cells(options.parallel)
        self.head = self._lazy_head(path, adapter, options.head)
        self.threads = self._threads = options.threads or physical_cores()
        self._context = self._open_context()
        if adapter is not None:
            self._put_adapter(adapter)
        self._memory = LlamaMemory(self._context)
        self._cells = Cells(self._memory, sequences=self.sequences, capacity=self.cells)
        self._batch = TokenBatch(self.batch_tokens + self._TILE - 1)
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="extractor-masks")
        if self.head and not self._head_agrees():
            self.head = None

    def _affordable_cells(self, parallel: int) -> int:
        """Room for every text at its longest, as far as the cache stays within its share of memory."""
        affordable = self._CACHE_BYTES // self._cell_bytes()
        most = self.context_tokens * (parallel + 1)
        return int(min(most, max(self.context_tokens * 2, affordable)))

    def _cell_bytes(self) -> int:
        """Keys and values of one token, two bytes each."""
        model = self._model
        usual = llama_cpp.llama_model_n_embd(model) // llama_cpp.llama_model_n_head(model)
        sizes = (self._metadata("attention.key_length"), self._metadata("attention.value_length"))
        width = sum(usual if size is None else int(size) for size in sizes)
        return int(2 * width * llama_cpp.llama_model_n_head_kv(model) * llama_cpp.llama_model_n_layer(model))

    def _open_context(self) -> llama_cpp.llama_context_p:
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = self.cells + self._TILE - 1  # and what fills a tile
        params.n_batch = self.batch_tokens
        params.n_ubatch = PIECE_TOKENS
        params.n_seq_max = self.sequences + 2  # one for scratch, one for what is dead
        params.kv_unified = True  # sharing a prefix needs one pool of cells
        params.swa_full = True
        params.n_threads = params.n_threads_batch = self.threads
        if self.head:
            params.cb_eval = ctypes.cast(self.head.callback, llama_cpp.ggml_backend_sched_eval_callback)
        context = llama_cpp.llama_init_from_model(self._model, params)
        if not context:
            _free_weights(self._weights)
            raise EngineError(f"llama.cpp has no memory for a context of {self.cells} tokens; ask for a smaller one")
        return context

    def _lazy_head(self, path: Path, adapter: Path | None, wanted: str) -> LazyHead | None:
        """The head's rows read from the model's file; None where that cannot be done or does not pay."""
        size = len(self.vocabulary) * llama_cpp.llama_model_n_embd_out(self._model)
        if wanted == "full" or (wanted == "auto" and size < self._LARGE_HEAD):
            return None
        try:
            ggml = Ggml(Path(llama_cpp.__file__).parent / "lib")
            scorer = open_output_head(ggml, path, adapter, self._metadata) if ggml.only_cpu() else None
        except EngineError:
            return None
        if scorer is None or scorer.tokens != len(self.vocabulary):
            return None
        return LazyHead(ggml, scorer, width=scorer.width, most=max(1, len(self.vocabulary) // self._SMALL_SHARE))

    def _metadata(self, key: str) -> str | None:
        """A value of the model's header, under the name of its architecture."""
        buffer = ctypes.create_string_buffer(256)

        def value(name: str) -> str | None:
            size = llama_cpp.llama_model_meta_val_str(self._model, name.encode(), buffer, len(buffer))
            return buffer.value.decode() if size >= 0 else None

        return value(f"{value('general.architecture')}.{key}")

    def _head_agrees(self) -> bool:
        """Compare a few scores with those of the full head, once."""
        head, size = self.head, len(self.vocabulary)
        assert head is not None
        head.expect([[0, 1, 2, 3]], lambda: [np.arange(head.most + 1)] * 4)
        self._batch.clear()
        self._batch.add(self._cells.scratch, 0, [(at * size) // 4 for at in range(4)])
        for at in range(4):
            self._batch.ask(at)
        code = llama_cpp.llama_decode(self._context, self._batch.inner)
        self._memory.clear()
        head.finished()
        ids = np.linspace(0, size - 1, 256).astype(np.int64)
        return code == 0 and all(head.agrees(row, ids, self._logits(row)[ids]) for row in range(4))

    def _put_adapter(self, path: Path) -> None:
        """Compute with an adapter from now on; the weights own it, and it goes when they go."""
        adapter = llama_cpp.llama_adapter_lora_init(self._model, str(path).encode())
        if adapter:
            kind = llama_cpp.llama_adapter_lora_p_ctypes
            adapters = (kind * 1)(ctypes.cast(adapter, kind))
            if llama_cpp.llama_set_adapters_lora(self._context, adapters, 1, (ctypes.c_float * 1)(1.0)) == 0:
                return
        llama_cpp.llama_free(self._context)
        _free_weights(self._weights)
        raise ModelError(f"llama.cpp cannot load the adapter {path}; was it made for this model?")

    def evaluate(self, works: Sequence[Work], masks: Callable[[], Sequence[Mask]]) -> list[Scores]:
        """See `Engine.evaluate`."""
        count = sum(len(work.tokens) for work in works)
        if not 0 < count <= self.batch_tokens:
            raise EngineError(f"a batch holds 1 to {self.batch_tokens} tokens, not {count}")
        self._cells.reserve(works)
        rows = self._batch.fill(works, self._TILE, (self._cells.scratch, self.vocabulary.eos))
        pending = self._beside.submit(self._legal, masks) if rows else None
        if self.head and pending:
            self.head.expect(self._pieces(rows), pending.result)
        self._take_threads()
        code = llama_cpp.llama_decode(self._context, self._batch.inner)
        if code != 0:
            self._cells.clear()
            raise EngineError(f"llama.cpp could not decode {len(self._batch)} tokens: code {code}")
        self._memory.drop(self._cells.scratch, 0)  # the topmost cells: nothing lies above them
        self._cells.placed(works)
        if self.head:
            self.head.finished()
        legal = pending.result() if pending else []
        return [self._scores(index, row, ids) for index, (row, ids) in enumerate(zip(rows, legal, strict=True))]

    def _take_threads(self) -> None:
        wanted = self.threads
        if wanted != self._threads:
            llama_cpp.llama_set_n_threads(self._context, wanted, wanted)
            self._threads = wanted

    def _legal(self, masks: Callable[[], Sequence[Mask]]) -> list[NDArray[np.int64]]:
        return [legal_ids(mask, len(self.vocabulary)) for mask in masks()]

    def _pieces(self, rows: Sequence[int]) -> list[list[int]]:
        """The scored rows of every piece in which llama.cpp works through the batch, where there are any."""
        pieces: dict[int, list[int]] = {}
        for index, row in enumerate(rows):
            pieces.setdefault(row // PIECE_TOKENS, []).append(index)
        return list(pieces.values())

    def _scores(self, index: int, row: int, ids: NDArray[np.int64]) -> Scores:
        logits = self.head.scores(index, ids) if self.head else None
        return Scores(ids, self._logits(row)[ids] if logits is None else logits)

    def _logits(self, row: int) -> NDArray[np.float32]:
        """llama.cpp's own scores of all tokens at a place of the batch; valid until the next batch."""
        pointer = llama_cpp.llama_get_logits_ith(self._context, row)
        if not pointer:
            raise EngineError("llama.cpp gave no logits")
        return np.ctypeslib.as_array(pointer, (len(self.vocabulary),))

    def share(self, source: int, target: int, length: int) -> None:
        """See `Engine.share`."""
        self._cells.share(source, target, length)

    def forget(self, sequence: int, start: int = 0) -> None:
        """See `Engine.forget`."""
        self._cells.forget(sequence, start)

    def save(self, sequence: int) -> bytes:
        """See `Engine.save`."""
        return self._cells.save(sequence)

    def restore(self, sequence: int, length: int, saved: bytes) -> None:
        """See `Engine.restore`."""
        self._cells.restore(sequence, length, saved)

    def close(self) -> None:
        """See `Engine.close`."""
        if self._context:
            self._beside.shutdown()
            llama_cpp.llama_free(self._context)
            _free_weights(self._weights)
            self._context = None
