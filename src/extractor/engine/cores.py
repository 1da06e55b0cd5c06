"""How many threads are worth having: two on one core share what a matrix product needs all of."""

from __future__ import annotations

import os
from pathlib import Path

_CPUS = Path("/sys/devices/system/cpu")


def physical_cores(cpus: Path = _CPUS) -> int:
    """Physical cores among those this process may use; all of them where the system does not tell cores apart.

    `OMP_NUM_THREADS` bounds them: it is how Ray and Spark tell a process its share of a machine.

    Args:
        cpus: Where Linux describes its processors.
    """
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    cores = len({_core(cpus / f"cpu{cpu}") for cpu in allowed})
    share = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(share)) if share.isdecimal() and int(share) else cores


def _core(cpu: Path) -> str:
    try:
        return (cpu / "topology" / "thread_siblings_list").read_text(encoding="ascii").strip()
    except OSError:
        return cpu.name
