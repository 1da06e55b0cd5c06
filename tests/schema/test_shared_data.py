from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from extractor.schema.load import load

FOLDER = os.environ.get("EXTRACTOR_DATA")


@pytest.mark.skipif(FOLDER is None, reason="EXTRACTOR_DATA names no folder of tasks and schemas")
def test_every_schema_of_the_shared_data_loads() -> None:
    files = sorted(Path(str(FOLDER)).glob("*/schemas/*.json"))
    assert files
    digests = {load(json.loads(file.read_text(encoding="utf-8"))).digest for file in files}
    assert len(digests) > len(files) // 2
