"""Real runs killed at random and outputs cut at random, resumed: the file of a run that nothing stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from extractor.store.catalog import embedded_path

ROOT = Path(__file__).parents[2]


@pytest.mark.model
def test_ten_kills_and_ten_cuts_lose_nothing() -> None:
    if not embedded_path().is_file():
        pytest.skip("the embedded model is not in this checkout: src/extractor/models/embedded.gguf")
    words = ["--rows", "60", "--kills", "10", "--cuts", "10", "--cut-rows", "12", "--schema", "sentiment"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill_resume", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["kills"] >= 10 and found["kills_same"] == found["kills"]
    assert found["cuts_same"] == found["cuts"] == 10
