"""How many threads are worth having: two on one core share what a matrix product needs all of."""

from __future__ import annotations

import os
from pathlib import Path

_CPUS = Path("/sys/devices/system/cpu")


def physical_cores(cpus: Path = _CPUS) -> int:
    """Physical cores among those this process may use; all of them where the system does not tell cores apart.

    Args:
        cpus: Where Linux describes its processors.
    """
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    return len({_core(cpus / f"cpu{cpu}") for cpu in allowed})


def _core(cpu: Path) -> str:
    try:
        return (cpu / "topology" / "thread_siblings_list").read_text(encoding="ascii").strip()
    except OSError:
        return cpu.name
