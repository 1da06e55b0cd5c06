"""What measurements say beside each other: ratios, the table, the targets, the closing JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.measured import Measured
from benchmarks.peers import FLOOR, FREE, GRAMMAR, OUTLINES, SERVER, THIS_PROJECT

_SAME_LENGTH = 0.1  # mean record tokens that differ by more than this are compared token by token


@dataclass(frozen=True, slots=True)
class Comparison:
    """All systems on one workload.

    Attributes:
        workload: Its name.
        systems: What was measured; this project is among them.
        skipped: What was not, and why.
    """

    workload: str
    systems: Mapping[str, Measured]
    skipped: Mapping[str, str]

    @property
    def own(self) -> Measured:
        return self.systems[THIS_PROJECT]

    def decoded_per_s(self, system: str) -> float:
        """Record tokens a second, prefill of the texts left out.

        This project prefills while it decodes; what is taken off for it is the time the floor needs for the texts,
        the least that it can have been.
        """
        measured = self.systems[system]
        if measured.decode_s is not None:
            return measured.record_tokens / measured.decode_s
        if system == THIS_PROJECT and FLOOR in self.systems and measured.lengths is not None:
            lengths, floor = measured.lengths, self.systems[FLOOR]
            share = lengths.body / (lengths.body + lengths.record)
            return measured.record_tokens / (measured.seconds - share * measured.records / floor.records_per_s)
        return measured.tokens_per_s

    def unit(self, system: str) -> str:
        """What a ratio compares: `records`, `tokens` where records differ in length, `decoding` for free decoding."""
        if system == FREE:
            return "decoding"
        own, other = self.own.tokens_a_record, self.systems[system].tokens_a_record
        return "records" if abs(other - own) <= _SAME_LENGTH * own else "tokens"

    def ratio(self, system: str) -> float:
        """How many times as fast as a system this project is."""
        own, other = self.own, self.systems[system]
        match self.unit(system):
            case "decoding":
                return self.decoded_per_s(THIS_PROJECT) / self.decoded_per_s(system)
            case "tokens":
                return own.tokens_per_s / other.tokens_per_s
            case _:
                return own.records_per_s / other.records_per_s

    def figures(self) -> dict[str, dict[str, float]]:
        """The systems' figures as the closing JSON object has them."""
        return {system: self._figures(system) for system in self.systems}

    def _figures(self, system: str) -> dict[str, float]:
        measured = self.systems[system]
        return {
            "records_per_s": round(measured.records_per_s, 4),
            "tokens_per_s": round(self.decoded_per_s(system) if system == FREE else measured.tokens_per_s, 2),
            "valid": round(measured.valid / measured.records, 4),
            "peak_mb": round(measured.peak_mb, 1),
            "ratio": round(self.ratio(system), 3),
        }

    def table(self) -> str:
        """A Markdown table, a row a system; those that were skipped below it, with the reason."""
        lines = [
            "| system | records | records/s | ms a record | tokens a record | tokens/s | valid | peak MiB | setup s "
            "| this project is faster by |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        lines += [self._row(system) for system in self.systems]
        lines += [f"\n{system}: skipped, {reason}" for system, reason in self.skipped.items()]
        return "\n".join(lines)

    def _row(self, system: str) -> str:
        measured = self.systems[system]
        figures = self._figures(system)
        compared = "" if system == THIS_PROJECT else f"{self.ratio(system):.2f} times ({self.unit(system)})"
        cells = [
            system,
            f"{measured.records}",
            f"{measured.records_per_s:.3g}",
            f"{1000 / measured.records_per_s:,.0f}",
            f"{measured.tokens_a_record:.0f}",
            f"{figures['tokens_per_s']:.3g}",
            f"{100 * figures['valid']:.0f} %" if system != FLOOR else "",
            f"{measured.peak_mb:,.0f}",
            f"{measured.setup_s:.1f}" if measured.setup_s else "",
            compared,
        ]
        return "| " + " | ".join(cells) + " |"


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that is promised for the flat workload.

    Attributes:
        name: What is compared.
        systems: Of these, the fastest counts.
        least: Times this project must be faster.
    """

    name: str
    systems: tuple[str, ...]
    least: float

    def missed(self, comparison: Comparison) -> str | None:
        """Why the target is not met; None if it is."""
        measured = [system for system in self.systems if system in comparison.systems]
        if not measured:
            reasons = "; ".join(comparison.skipped.get(system, "not asked for") for system in self.systems)
            return f"{self.name}: not measured ({reasons})"
        found = min(comparison.ratio(system) for system in measured)
        return None if found >= self.least else f"{self.name}: {found:.2f} times, wanted {self.least:.2f}"


TARGETS = (
    Target("records/s against llama-cpp-python's grammar", (GRAMMAR,), 25),
    Target("records/s against outlines' best backend", OUTLINES, 8),
    Target("tokens/s against decoding freely", (FREE,), 4),
    Target("records/s against llama-server", (SERVER,), 2),
    Target("speed against the floor", (FLOOR,), 1 / 1.35),
)


def misses(comparison: Comparison, asked: frozenset[str]) -> list[str]:
    """Targets that are missed, of those about systems that were asked for; one that could not be measured is missed."""
    found = (target.missed(comparison) for target in TARGETS if asked & set(target.systems))
    return [miss for miss in found if miss]


def closing(comparisons: list[Comparison]) -> dict[str, Any]:
    """The last line's object."""
    return {"workloads": {comparison.workload: comparison.figures() for comparison in comparisons}}
