"""What a model must say about itself so that llama.cpp can read it: keys, vocabulary and tensors that agree.

llama.cpp asserts some of these and trusts others, so each is checked here first.

Source: llama.cpp, llama-hparams.h (LLAMA_MAX_LAYERS), llama-vocab.cpp (arrays read by their declared type) and
llama-model.cpp (required keys).
"""

from __future__ import annotations

from collections.abc import Mapping

from extractor.store.gguf_layout import Header, Skipped, corrupt

MAX_LAYERS = 512
MAX_CONTEXT = 1 << 31
MAX_VOCABULARY = 1 << 21
_EMBEDDINGS = "token_embd.weight"

# Key under the architecture's prefix -> largest sensible value.
_NUMBERS = {"context_length": MAX_CONTEXT, "embedding_length": 1 << 20, "block_count": MAX_LAYERS}
_NUMBERS_OF: Mapping[str, Mapping[str, int]] = {
    "gemma3": {
        "feed_forward_length": 1 << 24,
        "attention.head_count": 1 << 12,
        "attention.head_count_kv": 1 << 12,
        "attention.key_length": 1 << 16,
        "attention.value_length": 1 << 16,
        "attention.sliding_window": 1 << 24,
    },
}
_OPTIONAL = frozenset(
    {"attention.head_count_kv", "attention.key_length", "attention.value_length", "attention.sliding_window"}
)
_FLOATS_OF: Mapping[str, tuple[str, ...]] = {"gemma3": ("attention.layer_norm_rms_epsilon",)}

# Array of the vocabulary -> type of its elements; as long as the list of tokens.
_PER_TOKEN = {"tokenizer.ggml.scores": "f32", "tokenizer.ggml.token_type": "i32"}


def check_architecture(header: Header) -> None:
    """Check that the numbers which the architecture needs are there and sensible.

    Raises:
        ModelCorruptError: One is missing, of another type, or absurd.
    """
    limits = {**_NUMBERS, **_NUMBERS_OF.get(header.architecture, {})}
    for name, limit in limits.items():
        key = f"{header.architecture}.{name}"
        value = header.metadata.get(key)
        if value is None and name in _OPTIONAL:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= limit:
            raise corrupt(header.path, f"metadata {key!r}", expected=f"a number from 1 to {limit}", actual=str(value))
    for name in _FLOATS_OF.get(header.architecture, ()):
        key = f"{header.architecture}.{name}"
        value = header.metadata.get(key)
        if not isinstance(value, float) or not 0 <= value < 1:
            raise corrupt(header.path, f"metadata {key!r}", expected="a fraction", actual=str(value))
    _check_heads(header)


def _check_heads(header: Header) -> None:
    heads, kv_heads = header.number("attention.head_count"), header.number("attention.head_count_kv")
    if heads and kv_heads and heads % kv_heads:
        key = f"{header.architecture}.attention.head_count_kv"
        raise corrupt(header.path, f"metadata {key!r}", expected=f"a divisor of {heads}", actual=str(kv_heads))


def check_vocabulary(header: Header) -> None:
    """Check that the vocabulary's arrays are of the right types and lengths, and its special tokens in range.

    Raises:
        ModelCorruptError: They are not.
    """
    tokens = header.metadata.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, Skipped) or tokens.kind != "string" or not 0 < tokens.count <= MAX_VOCABULARY:
        raise corrupt(header.path, "tokenizer.ggml.tokens", expected="an array of strings", actual=str(tokens))
    if header.text("tokenizer.ggml.model") is None:
        raise corrupt(header.path, "tokenizer.ggml.model", expected="a string", actual="nothing")
    for key, kind in _PER_TOKEN.items():
        found = header.metadata.get(key)
        if found is not None and found != Skipped(kind, tokens.count):
            raise corrupt(header.path, key, expected=f"{tokens.count} of {kind}", actual=str(found))
    for key, value in header.metadata.items():
        special = key.startswith("tokenizer.ggml.") and key.endswith("_token_id")
        if special and not (isinstance(value, int) and 0 <= value < tokens.count):
            raise corrupt(header.path, key, expected=f"a token below {tokens.count}", actual=str(value))


def check_weights(header: Header) -> None:
    """Check that weights are there for every layer, that there are as many embeddings as tokens, and vectors in F32.

    Raises:
        ModelCorruptError: They are not.
    """
    if not header.tensors:
        raise corrupt(header.path, "it has no weights", expected="tensors", actual="a vocabulary alone")
    shapes = {tensor.name: tensor.shape for tensor in header.tensors}
    wanted = (header.number("embedding_length"), header.vocabulary_size)
    if shapes.get(_EMBEDDINGS) != wanted:
        raise corrupt(header.path, f"tensor {_EMBEDDINGS!r}", expected=str(wanted), actual=str(shapes.get(_EMBEDDINGS)))
    for tensor in header.tensors:  # llama.cpp's kernels assert it of norms and biases
        if len(tensor.shape) == 1 and tensor.type != "F32":
            raise corrupt(header.path, f"tensor {tensor.name!r}", expected="F32", actual=tensor.type)
    layers = {name.split(".")[1] for name in shapes if name.startswith("blk.")}
    if layers != {str(index) for index in range(header.block_count)}:
        raise corrupt(header.path, "layers", expected=f"{header.block_count} layers", actual=f"{len(layers)} layers")
