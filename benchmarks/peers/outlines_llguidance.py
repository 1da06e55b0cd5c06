"""outlines with its llguidance backend.

Out of the box it allows any white space anywhere, and a small model then writes line feeds until its tokens are used
up. llguidance's own schema option `x-guidance` fixes the separators to the ones this project uses.
"""

from __future__ import annotations

from benchmarks.measured import Job, Measured
from benchmarks.peers.outlines_processors import measure
from benchmarks.workloads import WORKLOADS

_COMPACT = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


def run(job: Job) -> Measured:
    """Measure text after text: outlines has no batching on llama.cpp."""
    schema = {**WORKLOADS[job.workload].plain_schema(), "x-guidance": _COMPACT}
    return measure(job, "llguidance", schema, None)
