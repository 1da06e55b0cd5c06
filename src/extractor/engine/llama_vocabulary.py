"""A model's vocabulary, from llama.cpp or from what was kept of it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator

import llama_cpp

from extractor.engine.protocol import Keeper
from extractor.engine.spelling import Speller
from extractor.engine.token_table import TokenTable, table_of, unpacked
from extractor.errors import EngineError
from extractor.grammar.vocabulary import Vocabulary

_TURNS = (b"<start_of_turn>", b"<end_of_turn>")


def read_vocabulary(model: llama_cpp.llama_model_p, keeper: Keeper | None = None, file: str = "") -> Vocabulary:
    """Read a loaded model's vocabulary. Its encoder works as long as the model stays loaded.

    Args:
        model: The model.
        keeper: Keeps the tokens between processes.
        file: Names the model's file, as it is now, to the keeper.
    """
    vocab = llama_cpp.llama_model_get_vocab(model)
    table = _table(vocab, keeper, f"tokens of {file} by llama.cpp {llama_cpp.__version__}")
    controls = {table.tokens[token].decode(errors="replace"): token for token in table.controls}
    bos = llama_cpp.llama_vocab_bos(vocab)
    return Vocabulary(
        tokens=table.tokens,
        controls=controls,
        eos=llama_cpp.llama_vocab_eos(vocab),
        bos=bos if bos >= 0 else None,
        encoder=Speller(_tokeniser(vocab), table.tokens, frozenset(controls.values())).encode,
        digest=table.digest.hex(),
    )


def _table(vocab: llama_cpp.llama_vocab_p, keeper: Keeper | None, key: str) -> TokenTable:
    if keeper is None:
        return table_of(_tokens(vocab))
    kept = keeper.read(key)
    if kept is not None:
        return unpacked(kept)
    table = table_of(_tokens(vocab))
    keeper.keep(key, table.packed())
    return table


def _tokens(vocab: llama_cpp.llama_vocab_p) -> Iterator[tuple[bytes, bool]]:
    """Every token's bytes, and whether it is a control."""
    buffer = ctypes.create_string_buffer(1 << 14)
    special = (
        llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_UNKNOWN | llama_cpp.LLAMA_TOKEN_ATTR_UNUSED
    )
    for token in range(llama_cpp.llama_vocab_n_tokens(vocab)):
        size = llama_cpp.llama_token_to_piece(vocab, token, buffer, len(buffer), 0, True)
        if size < 0:
            raise EngineError(f"token {token} is longer than {len(buffer)} bytes")
        piece = buffer.raw[:size] or llama_cpp.llama_vocab_get_text(vocab, token)  # unused tokens have no piece
        # Some published Gemma files give the turn tokens another type than control.
        yield piece, bool(llama_cpp.llama_vocab_get_attr(vocab, token) & special) or piece in _TURNS


def _tokeniser(vocab: llama_cpp.llama_vocab_p) -> Callable[[bytes], list[int]]:
    def tokenise(data: bytes) -> list[int]:
        size = len(data) + 8
        ids = (llama_cpp.llama_token * size)()
        count = llama_cpp.llama_tokenize(vocab, data, len(data), ids, size, False, False)
        if count < 0:
            raise EngineError(f"llama.cpp could not tokenise {len(data)} bytes")
        return list(ids[:count])

    return tokenise
