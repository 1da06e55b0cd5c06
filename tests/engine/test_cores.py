"""Threads: one a physical core."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extractor.engine.cores import physical_cores


def _describe(folder: Path, siblings: dict[int, str]) -> Path:
    for cpu, text in siblings.items():
        topology = folder / f"cpu{cpu}" / "topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings_list").write_text(text + "\n", encoding="ascii")
    return folder


@pytest.fixture(autouse=True)
def _no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)


def test_two_threads_of_one_core_count_once(tmp_path: Path) -> None:
    allowed = sorted(os.sched_getaffinity(0))
    one = _describe(tmp_path / "one", dict.fromkeys(allowed, "0-127"))
    each = _describe(tmp_path / "each", {cpu: str(cpu) for cpu in allowed})
    assert physical_cores(one) == 1
    assert physical_cores(each) == len(allowed)


def test_a_system_that_does_not_say_counts_every_processor(tmp_path: Path) -> None:
    assert physical_cores(tmp_path) == len(os.sched_getaffinity(0))


@pytest.mark.parametrize(("told", "most"), [("1", 1), ("1000", None), ("", None), ("0", None), ("2,1", None)])
def test_a_share_of_the_machine_bounds_them(
    told: str, most: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert physical_cores(tmp_path) == (most or len(os.sched_getaffinity(0)))
