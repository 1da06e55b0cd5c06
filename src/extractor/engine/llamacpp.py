"""llama.cpp through llama-cpp-python's low-level API. The only module that imports `llama_cpp`."""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import llama_cpp

from extractor.errors import EngineError, ModelError
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


def read_vocabulary(model: llama_cpp.llama_model_p) -> Vocabulary:
    """Read a loaded model's vocabulary. Its encoder works as long as the model stays loaded."""
    vocab = llama_cpp.llama_model_get_vocab(model)
    tokens: list[bytes] = []
    controls: dict[str, int] = {}
    buffer = ctypes.create_string_buffer(1 << 14)
    special = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_UNKNOWN | llama_cpp.LLAMA_TOKEN_ATTR_UNUSED
    digest = hashlib.sha256()
    for token in range(llama_cpp.llama_vocab_n_tokens(vocab)):
        size = llama_cpp.llama_token_to_piece(vocab, token, buffer, len(buffer), 0, True)
        if size < 0:
            raise EngineError(f"token {token} is longer than {len(buffer)} bytes")
        tokens.append(buffer.raw[:size])
        if llama_cpp.llama_vocab_get_attr(vocab, token) & special:
            controls[tokens[-1].decode(errors="replace")] = token
        digest.update(size.to_bytes(4, "little") + tokens[-1])
    bos = llama_cpp.llama_vocab_bos(vocab)
    return Vocabulary(
        tokens=tokens,
        controls=controls,
        eos=llama_cpp.llama_vocab_eos(vocab),
        bos=bos if bos >= 0 else None,
        encoder=_encoder(vocab),
        digest=digest.hexdigest(),
    )


def _encoder(vocab: llama_cpp.llama_vocab_p):  # type: ignore[no-untyped-def]
    def encode(text: str) -> list[int]:
        data = text.encode()
        size = len(data) + 8
        ids = (llama_cpp.llama_token * size)()
        count = llama_cpp.llama_tokenize(vocab, data, len(data), ids, size, False, False)
        if count < 0:
            raise EngineError(f"llama.cpp could not tokenise {len(data)} bytes")
        return list(ids[:count])

    return encode
