"""The header scan accepts what is whole and refuses, quickly and with a ModelError, everything else."""

from __future__ import annotations

import os
import random
import struct
import time
from pathlib import Path

import gguf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.errors import ModelCorruptError, ModelError, ModelNotFoundError
from extractor.store.gguf_header import MAX_STRINGS, check_model, read_header
from extractor.store.gguf_layout import TENSOR_TYPES, Skipped
from tests.store.tiny import WIDTH, write_tiny

SLOWEST_S = 1.0


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("gguf") / "tiny.gguf", tokens=24, layers=1)


def refused(path: Path) -> ModelError | None:
    """The scan's ModelError, or None where the file passed; anything else, or slowness, fails the test."""
    begun = time.perf_counter()
    try:
        check_model(path)
    except ModelError as error:
        return error
    finally:
        assert time.perf_counter() - begun < SLOWEST_S
    return None


def gguf_start(tensors: int = 0, entries: int = 0, version: int = 3, magic: bytes = b"GGUF") -> bytes:
    return magic + struct.pack("<IQQ", version, tensors, entries)


def test_reads_what_the_file_says(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "a.gguf", extra={"extractor.template": "extractor-1", "extractor.data": "x"})
    header = check_model(path, {"gemma3"})
    assert (header.architecture, header.version) == ("gemma3", 3)
    assert (header.context_length, header.block_count, header.vocabulary_size) == (128, 2, 300)
    assert header.template == "extractor-1"
    assert header.extractor_keys == {"extractor.template": "extractor-1", "extractor.data": "x"}
    assert header.metadata["tokenizer.ggml.scores"] == Skipped("f32", 300)
    assert header.size_bytes == path.stat().st_size


def test_agrees_with_the_reference_reader(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "a.gguf")
    reference = gguf.GGUFReader(str(path))
    expected = [
        (t.name, tuple(map(int, t.shape)), t.tensor_type.name, int(t.data_offset), int(t.n_bytes))
        for t in reference.tensors
    ]
    header = read_header(path)
    assert [(t.name, t.shape, t.type, t.start, t.size_bytes) for t in header.tensors] == expected
    assert header.parameters == sum(int(t.n_elements) for t in reference.tensors)


def test_type_table_agrees_with_the_reference() -> None:
    sizes = {kind.value: (kind.name, *size) for kind, size in gguf.GGML_QUANT_SIZES.items()}
    assert {number: sizes[number] for number in TENSOR_TYPES} == TENSOR_TYPES


def test_every_truncation_is_refused(tiny: Path, tmp_path: Path) -> None:
    data, start = tiny.read_bytes(), read_header(tiny).data_start
    path = tmp_path / "cut.gguf"
    path.write_bytes(data)
    sizes = [*range(len(data) - 1, start, -97), *range(start, -1, -1)]
    for size in sizes:  # from the end, so that one file serves
        os.truncate(path, size)
        error = refused(path)
        assert isinstance(error, ModelCorruptError), f"{size} of {len(data)} bytes passed"
        assert error.expected and error.actual


def test_every_flipped_header_byte_passes_or_is_refused(tiny: Path, tmp_path: Path) -> None:
    data, start = tiny.read_bytes(), read_header(tiny).data_start
    rng = random.Random(0)
    path = tmp_path / "flipped.gguf"
    path.write_bytes(data)
    with path.open("r+b", buffering=0) as file:
        for at in range(start):
            for value in {data[at] ^ 0xFF, data[at] ^ (1 << rng.randrange(8))}:
                file.seek(at)
                file.write(bytes([value]))
                refused(path)
            file.seek(at)
            file.write(data[at : at + 1])


@settings(
    max_examples=100, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=12)), min_size=1, max_size=6)
)
def test_overwritten_runs_pass_or_are_refused(tiny: Path, tmp_path: Path, runs: list[tuple[float, bytes]]) -> None:
    start = read_header(tiny).data_start
    data = bytearray(tiny.read_bytes())
    for where, run in runs:
        at = int(where * start)
        data[at : at + len(run)] = run
    path = tmp_path / "overwritten.gguf"
    path.write_bytes(data)
    refused(path)


@settings(
    max_examples=100, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400))
def test_noise_after_a_magic_number_is_refused(tmp_path: Path, noise: bytes) -> None:
    path = tmp_path / "noise.gguf"
    path.write_bytes(b"GGUF\x03\0\0\0" + noise)
    assert refused(path) is not None


HUGE = 2**64 - 1
KEY = struct.pack("<Q", 1) + b"k"
HOSTILE = {
    "empty": b"",
    "other file": b"PK\x03\x04" + b"\0" * 100,
    "old version": gguf_start(version=1) + b"\0" * 100,
    "big-endian": b"GGUF\0\0\0\x03" + b"\0" * 100,
    "many tensors": gguf_start(tensors=HUGE) + b"\0" * 100,
    "many entries": gguf_start(entries=HUGE) + b"\0" * 100,
    "long key": gguf_start(entries=1) + struct.pack("<Q", HUGE) + b"\0" * 100,
    "long string": gguf_start(entries=1) + KEY + struct.pack("<IQ", 8, HUGE),
    "long array": gguf_start(entries=1) + KEY + struct.pack("<IIQ", 9, 0, HUGE),
    "many strings": gguf_start(entries=1) + KEY + struct.pack("<IIQ", 9, 8, HUGE),
    "string beyond": gguf_start(entries=1) + KEY + struct.pack("<IIQQ", 9, 8, 2, 2**63) + b"\0" * 64,
    "array in array": gguf_start(entries=1) + KEY + struct.pack("<IIQ", 9, 9, 2) + b"\0" * 64,
    "unknown type": gguf_start(entries=1) + KEY + struct.pack("<I", 99) + b"\0" * 64,
    "same key twice": gguf_start(entries=2) + (KEY + struct.pack("<IB", 0, 1)) * 2,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_starts_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.gguf"
    path.write_bytes(HOSTILE[name])
    error = refused(path)
    assert isinstance(error, ModelCorruptError)
    assert str(path) in str(error)


def test_millions_of_empty_strings_cost_no_time(tmp_path: Path) -> None:
    path = tmp_path / "strings.gguf"
    arrays = 40
    with path.open("wb") as file:
        file.write(gguf_start(entries=arrays))
        for index in range(arrays):
            key = f"k{index}".encode()
            file.write(struct.pack("<Q", len(key)) + key + struct.pack("<IIQ", 9, 8, MAX_STRINGS // 8))
            file.seek(MAX_STRINGS, os.SEEK_CUR)  # a hole reads as zeros: strings without a byte
        file.truncate()
    assert isinstance(refused(path), ModelCorruptError)


def test_a_vocabulary_as_large_as_gemmas_is_fast(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "large.gguf", tokens=262_144, layers=1)
    begun = time.perf_counter()
    assert check_model(path).vocabulary_size == 262_144
    assert time.perf_counter() - begun < SLOWEST_S  # 0.03 s where it was measured; generous for a busy machine


def test_other_architecture_than_declared(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "a.gguf", architecture="llama")
    assert check_model(path).architecture == "llama"
    with pytest.raises(ModelCorruptError, match="architecture") as caught:
        check_model(path, {"gemma3"})
    assert (caught.value.expected, caught.value.actual) == ("gemma3", "llama")


@pytest.mark.parametrize("key", ["gemma3.block_count", "gemma3.context_length", "gemma3.attention.head_count"])
def test_missing_keys_are_named(tiny: Path, tmp_path: Path, key: str) -> None:
    path = tmp_path / "missing.gguf"
    path.write_bytes(tiny.read_bytes().replace(key.encode(), key.upper().encode()))
    with pytest.raises(ModelCorruptError, match=key):
        read_header(path)


def test_layers_and_embeddings_must_be_there(tiny: Path, tmp_path: Path) -> None:
    data = tiny.read_bytes()
    path = tmp_path / "a.gguf"
    path.write_bytes(data.replace(b"blk.0.", b"blk.7."))
    with pytest.raises(ModelCorruptError, match="layers"):
        check_model(path)
    path.write_bytes(data.replace(b"token_embd.weight", b"token_embx.weight"))
    with pytest.raises(ModelCorruptError, match=f"token_embd.*{WIDTH}"):
        check_model(path)


def test_no_file_and_no_regular_file(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError):
        read_header(tmp_path / "none.gguf")
    with pytest.raises(ModelError):
        read_header(tmp_path)
    pipe = tmp_path / "pipe.gguf"
    os.mkfifo(pipe)
    with pytest.raises(ModelError):
        read_header(pipe)


def test_what_llamacpp_would_abort_on_is_refused(tiny: Path, tmp_path: Path) -> None:
    data = tiny.read_bytes()
    path = tmp_path / "a.gguf"
    key = b"gemma3.attention.sliding_window"
    at = data.index(key) + len(key) + 4
    path.write_bytes(data[:at] + struct.pack("<I", 2**32 - 1) + data[at + 4 :])
    with pytest.raises(ModelCorruptError, match="sliding_window"):
        check_model(path)
    name = b"blk.0.attn_k_norm.weight"
    at = data.index(name) + len(name) + 4 + 8
    path.write_bytes(data[:at] + struct.pack("<I", 1) + data[at + 4 :])  # F16: half the bytes, the same padding
    with pytest.raises(ModelCorruptError, match="attn_k_norm"):
        check_model(path)
