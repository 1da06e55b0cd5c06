"""outlines with its outlines_core backend, which makes one regex of a schema.

White space is forbidden by `whitespace_pattern`, and integers get as many digits as their bounds have
(`minDigits`, `maxDigits`, which only this backend reads), since it ignores `minimum` and `maximum`. It masks with
numba, and where that is missing nothing is masked and nothing said (what a callback of llama-cpp-python raises is
lost), so its masks are imported first.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from benchmarks.measured import Job, Measured
from benchmarks.peers.outlines_processors import measure
from benchmarks.workloads import WORKLOADS


def run(job: Job) -> Measured:
    """Measure text after text: outlines has no batching on llama.cpp."""
    import_module("outlines_core.kernels.numpy")
    schema = with_digits(WORKLOADS[job.workload].plain_schema())
    return measure(job, "outlines_core", schema, "")


def with_digits(schema: Any) -> Any:
    """Copy a schema, giving every bounded integer its numbers of digits."""
    if isinstance(schema, list):
        return [with_digits(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: with_digits(part) for name, part in schema.items()}
    if found.get("type") == "integer" and found.get("minimum", -1) >= 0 and "maximum" in found:
        found["minDigits"], found["maxDigits"] = len(str(found["minimum"])), len(str(found["maximum"]))
    return found
