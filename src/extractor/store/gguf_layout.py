"""What a GGUF file's header holds, once read: tensors, metadata and the sizes of storage types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import TypeAlias

from extractor.errors import ModelCorruptError

# Type number -> name, elements in a block, bytes of a block (ggml.h, ggml_type). Left out: numbers that were removed,
# and Q8_1, which no file holds.
TENSOR_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
    40: ("NVFP4", 64, 36),
    41: ("Q1_0", 128, 18),
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A metadata value that was measured but not kept: an array, or a very long string.

    Attributes:
        kind: Type of the elements (`string`, `f32`, ...).
        count: Number of elements (of a string: bytes).
    """

    kind: str
    count: int


Value: TypeAlias = bool | int | float | str | Skipped


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor's description.

    Attributes:
        name: For example `blk.0.attn_q.weight`.
        shape: Elements along each axis, fastest first, as the file has them.
        type: Storage type (`Q4_0`, `F32`, ...).
        start: Offset of its first byte in the file.
        size_bytes: Bytes it takes.
    """

    name: str
    shape: tuple[int, ...]
    type: str
    start: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a GGUF file says about itself; every tensor lies inside the file.

    Attributes:
        path: The file.
        size_bytes: Its size.
        version: GGUF version, 2 or 3.
        architecture: For example `gemma3`.
        metadata: Every key; arrays and very long strings are `Skipped`.
        tensors: In the order of the file.
        data_start: Offset of the first tensor.
    """

    path: Path
    size_bytes: int
    version: int
    architecture: str
    metadata: Mapping[str, Value]
    tensors: tuple[Tensor, ...] = field(repr=False)
    data_start: int = 0

    def number(self, key: str) -> int:
        """A whole number under the architecture's own prefix, such as `context_length`; 0 where there is none."""
        value = self.metadata.get(f"{self.architecture}.{key}")
        return value if isinstance(value, int) else 0

    def text(self, key: str) -> str | None:
        """A string value, by its full key."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else None

    @property
    def is_adapter(self) -> bool:
        """Whether the file holds a low-rank adapter rather than a model."""
        return self.text("general.type") == "adapter"

    @property
    def context_length(self) -> int:
        """Tokens the model was made to read."""
        return self.number("context_length")

    @property
    def block_count(self) -> int:
        """Number of transformer layers."""
        return self.number("block_count")

    @property
    def vocabulary_size(self) -> int:
        """Number of tokens."""
        tokens = self.metadata.get("tokenizer.ggml.tokens")
        return tokens.count if isinstance(tokens, Skipped) else 0

    @property
    def parameters(self) -> int:
        """Number of weights in all tensors."""
        return sum(prod(tensor.shape) for tensor in self.tensors)

    @property
    def template(self) -> str | None:
        """Name of the prompt template the model was made for, if the file says so (`extractor.template`)."""
        return self.text("extractor.template")

    @property
    def extractor_keys(self) -> dict[str, Value]:
        """Everything under `extractor.`."""
        return {key: value for key, value in self.metadata.items() if key.startswith("extractor.")}


def corrupt(path: Path, message: str, *, expected: str = "", actual: str = "") -> ModelCorruptError:
    """Make the error for a file that is not what it should be."""
    found = "" if not expected else f" (expected {expected}, found {actual})"
    text = f"{path} is not a usable GGUF: {message}{found}. Pull or export it again."
    return ModelCorruptError(text, path=str(path), expected=expected, actual=actual)
