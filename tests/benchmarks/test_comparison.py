"""Ratios, targets and the closing object, from figures that are made up."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from benchmarks import scaling, throughput
from benchmarks.comparison import Comparison, closing, misses
from benchmarks.isolated import Skipped, measure
from benchmarks.measured import Job, Lengths, Measured, many
from benchmarks.peers import FLOOR, FREE, GRAMMAR, OUTLINES, SERVER, THIS_PROJECT
from benchmarks.plot import Bars, Line, write_bars, write_lines
from benchmarks.sameness import different, same
from benchmarks.scaling_point import Point, drift

OWN = Measured(100, 50.0, 10_000, 100, lengths=Lengths(60, 100, 100))
SYSTEMS = {
    THIS_PROJECT: OWN,
    FLOOR: Measured(100, 40.0, 10_000, 100),
    FREE: Measured(2, 5.0, 200, 0, decode_s=4.0),
    GRAMMAR: Measured(2, 20.0, 300, 0),
    OUTLINES[0]: Measured(2, 8.0, 205, 2),
    OUTLINES[1]: Measured(2, 80.0, 205, 2),
    SERVER: Measured(16, 16.0, 1_600, 16),
}
COMPARISON = Comparison("flat", SYSTEMS, {})


def test_records_of_one_length_are_compared_by_the_record_others_by_the_token() -> None:
    assert COMPARISON.unit(OUTLINES[0]) == "records" and COMPARISON.ratio(OUTLINES[0]) == pytest.approx(8)
    assert COMPARISON.unit(GRAMMAR) == "tokens" and COMPARISON.ratio(GRAMMAR) == pytest.approx(200 / 15)


def test_free_decoding_is_compared_without_prefill_on_either_side() -> None:
    # the floor's 40 s are half for texts: 20 of the 50 s were prefill at least
    assert COMPARISON.decoded_per_s(THIS_PROJECT) == pytest.approx(10_000 / 30)
    assert COMPARISON.ratio(FREE) == pytest.approx((10_000 / 30) / 50)


def test_targets_that_are_met_missed_and_not_measured() -> None:
    asked = frozenset(SYSTEMS)
    missed = misses(COMPARISON, asked)
    assert len(missed) == 1 and "llama-cpp-python" in missed[0] and "13.33" in missed[0]
    without = Comparison("flat", {k: v for k, v in SYSTEMS.items() if k != SERVER}, {SERVER: "not there"})
    assert any("not measured (not there)" in miss for miss in misses(without, asked))
    assert misses(without, frozenset({THIS_PROJECT, FLOOR})) == []


def test_the_closing_object_has_the_promised_shape() -> None:
    found = json.loads(json.dumps(closing([COMPARISON])))
    assert list(found) == ["workloads"] and list(found["workloads"]) == ["flat"]
    for figures in found["workloads"]["flat"].values():
        assert set(figures) == {"records_per_s", "tokens_per_s", "valid", "peak_mb", "ratio"}
    assert found["workloads"]["flat"][THIS_PROJECT]["ratio"] == 1


def test_a_system_that_fails_is_skipped_with_its_reason(tiny_model: Path) -> None:
    with pytest.raises(Skipped, match="no llama-server given"):
        measure(Job(SERVER, "flat", str(tiny_model), seconds=0.1))


@pytest.mark.parametrize(("check", "code"), [(False, 0), (True, 1)])
def test_check_is_what_makes_a_miss_an_error(
    check: bool, code: int, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(throughput, "measure", lambda job: SYSTEMS[job.system])
    arguments = ["--model", str(tiny_model), "--workloads", "flat", "--peers", GRAMMAR]
    assert throughput.main([*arguments, "--check"] if check else arguments) == code
    last = capsys.readouterr().out.splitlines()[-1]
    assert set(json.loads(last)["workloads"]["flat"]) == {THIS_PROJECT, FLOOR, GRAMMAR}


def test_the_server_is_asked_for_only_where_there_is_one() -> None:
    assert SERVER not in throughput.chosen_systems(["all"], "")
    assert SERVER in throughput.chosen_systems(["all"], "llama-server")
    assert throughput.chosen_systems(["none"], "") == [THIS_PROJECT, FLOOR]


def test_as_many_texts_as_fill_the_time_in_whole_rounds() -> None:
    job = Job(THIS_PROJECT, "flat", "", seconds=10, parallel=8, most=1000)
    assert many(job, 3.1) == 32
    assert many(job, 0.01) == 8
    assert many(job, 1e6) == 1000


def test_flat_is_flat() -> None:
    few, many_ = Point(1000, 10.0, 9.0, 100.0, None, 0), Point(10_000, 105.0, 9.0, 104.0, 1.0, 0)
    assert scaling.missed([(1000, few), (10_000, many_)]) == []
    slow, large = Point(10_000, 120.0, 9.0, 100.0, 1.0, 0), Point(10_000, 100.0, 9.0, 120.0, 1.0, 0)
    assert "records/s" in scaling.missed([(1000, few), (10_000, slow)])[0]
    assert "memory" in scaling.missed([(1000, few), (10_000, large)])[0]
    assert scaling.missed([]) == ["texts: not asked for"]


def test_drift_is_told_where_it_can_be() -> None:
    assert drift([float(i) for i in range(100)]) is None
    assert drift([float(i) for i in range(2000)]) == pytest.approx(1.0)


def test_differences_are_found_and_near_ties_forgiven() -> None:
    assert different(["a", "b"], ["a", "c"]) == [1]
    counts = {"texts": 2, "parallel": 0, "prefix": 0, "lazy_head": 1, "near_ties": 1}
    assert same(counts)
    assert not same(counts | {"near_ties": 0})
    assert not same(counts | {"parallel": 1})


def test_plots_are_svg(tmp_path: Path) -> None:
    write_bars(tmp_path / "bars.svg", "a <b>", [Bars("flat", {"x": 1.0, "y & z": 2.5})])
    write_lines(tmp_path / "lines.svg", "title", [Line("one", [(1, 2.0), (10, 4.0)], "texts")])
    for file in tmp_path.iterdir():
        assert ElementTree.parse(file).getroot().tag.endswith("svg")
        assert file.stat().st_size < 10_000
