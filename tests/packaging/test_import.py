"""`import extractor` is quick and loads no engine."""

from __future__ import annotations

import subprocess
import sys
import time

BUDGET_S = 0.150
TRIES = 10
HEAVY = ("llama_cpp", "pydantic", "llguidance", "outlines", "outlines_core", "numpy", "jsonschema", "typer", "rich")


def _seconds(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begun


def test_import_is_quick() -> None:
    _seconds("import extractor")  # whatever has to be compiled to bytecode, once
    with_it = min(_seconds("import extractor") for _ in range(TRIES))
    without = min(_seconds("pass") for _ in range(TRIES))
    assert with_it - without < BUDGET_S


def test_import_loads_nothing_heavy() -> None:
    code = f"import sys, extractor; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_declaring_a_schema_loads_no_engine() -> None:
    code = (
        "import sys\n"
        "from extractor import Verbatim, compile\n"
        "print(compile({'type': 'string'}).accepts('\"x\"'), 'llama_cpp' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_llama_cpp_stays_silent() -> None:
    code = "import extractor.engine.llamacpp"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
