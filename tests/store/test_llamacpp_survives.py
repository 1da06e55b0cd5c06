"""What the header scan lets through never takes the process down in llama.cpp."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gguf

from extractor.errors import ModelError
from extractor.store.gguf_header import check_model
from tests.store.tiny import write_tiny

NUMBERS = (0, 1, 2, 3, 7, 31, 32, 63, 255, 270, 2**16, 2**24, 2**31 - 1, 2**31, 2**32 - 1)
FRACTIONS = (0.0, -1.0, float("nan"), float("inf"), 1e-45, 1e38)


def mutations(path: Path) -> Iterator[tuple[int, bytes]]:
    """Where and what to overwrite: every scalar, every declared type, every key, some elements of every array."""
    for key, entry in gguf.GGUFReader(str(path)).fields.items():
        if key.startswith("GGUF."):
            continue
        value_at = entry.offset + 8 + len(key) + 4
        kind = entry.types[0].name
        yield entry.offset + 8, b"X"
        yield from ((value_at - 4, struct.pack("<I", other)) for other in range(13))
        if kind == "UINT32":
            yield from ((value_at, struct.pack("<I", number)) for number in NUMBERS)
        elif kind == "FLOAT32":
            yield from ((value_at, struct.pack("<f", number)) for number in FRACTIONS)
        elif kind == "ARRAY" and entry.types[1].name != "STRING":
            for index in (0, 1, 2, 3, 6, 269):
                yield from ((value_at + 12 + 4 * index, struct.pack("<I", number)) for number in (0, 2, 6, 2**31))


def test_llamacpp_survives_what_the_scan_lets_through(tmp_path: Path) -> None:
    whole = write_tiny(tmp_path / "whole.gguf", tokens=270, layers=1)
    data = whole.read_bytes()
    passed = [whole]
    for number, (at, patch) in enumerate(mutations(whole)):
        path = tmp_path / f"{number}.gguf"
        path.write_bytes(data[:at] + patch + data[at + len(patch) :])
        try:
            check_model(path)
        except ModelError:
            path.unlink()
        else:
            passed.append(path)
    assert len(passed) > 50
    loader = Path(__file__).with_name("load_all.py")
    done = subprocess.run(
        [sys.executable, str(loader), *map(str, passed)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"llama.cpp died on {done.stdout.splitlines()[-1:]}: {done.stderr[-500:]}"
    assert len(done.stdout.splitlines()) == len(passed)
