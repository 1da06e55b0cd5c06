"""One module opens network connections, and nothing loads it but `extractor model pull`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "extractor"
NETWORK = re.compile(r"^\s*(?:import|from) (?:socket|ssl|http\.client|urllib\.request|requests|httpx|aiohttp)\b", re.M)


def test_only_the_transfer_module_imports_a_network_client() -> None:
    found = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py") if NETWORK.search(path.read_text())}
    assert found == {"store/transfer.py"}


def test_resolving_a_model_loads_no_network_client() -> None:
    code = "import sys, extractor.store.home, extractor.store.verify; print('extractor.store.transfer' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
