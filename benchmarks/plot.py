"""Bars and lines as SVG, with nothing but text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

_COLOURS = ("#1b6ca8", "#b0b0b0", "#e07a3f", "#5a9e6f", "#9b6bb3", "#c9a227", "#7a7a7a", "#4fb0ae")
_LEFT, _RIGHT, _ROW, _WIDTH = 190, 70, 17, 760


@dataclass(frozen=True, slots=True)
class Bars:
    """A group of bars.

    Attributes:
        title: Above the group.
        values: Label -> length.
    """

    title: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of points `(x, y)`.

    Attributes:
        title: Above its frame.
        points: With x ascending, both above 0.
        unit: Of x.
    """

    title: str
    points: Sequence[tuple[float, float]]
    unit: str


def write_bars(file: Path, title: str, groups: Sequence[Bars]) -> None:
    """Write groups of horizontal bars, longest value of all groups at full width."""
    most = max((value for group in groups for value in group.values.values()), default=1.0)
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    parts, y = [_text(10, 20, title, size=14)], 44
    for group in groups:
        parts.append(_text(10, y, group.title, size=12))
        y += 8
        for index, (label, value) in enumerate(group.values.items()):
            width = max(value * scale, 1)
            colour = _COLOURS[index % len(_COLOURS)]
            parts.append(_text(_LEFT - 8, y + 11, label, anchor="end"))
            parts.append(f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_ROW - 4}" fill="{colour}"/>')
            parts.append(_text(_LEFT + width + 5, y + 11, f"{value:.3g}"))
            y += _ROW
        y += 22
    _write(file, parts, _WIDTH, y)


def write_lines(file: Path, title: str, lines: Sequence[Line]) -> None:
    """Write lines, each in a frame of its own, x logarithmic, y from 0."""
    width, height, gap = 220, 150, 45
    parts = [_text(10, 20, title, size=14)]
    for index, line in enumerate(lines):
        parts += _frame(line, 45 + index * (width + gap), 60, width, height)
    _write(file, parts, 45 + len(lines) * (width + gap), 60 + height + 40)


def _frame(line: Line, left: float, top: float, width: float, height: float) -> list[str]:
    low, high = math.log(line.points[0][0]), math.log(line.points[-1][0])
    most = 1.15 * max(y for _, y in line.points)
    places = [
        (left + 12 + (math.log(x) - low) / ((high - low) or 1) * (width - 24), top + height - y / most * height)
        for x, y in line.points
    ]
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [
        _text(left, top - 8, line.title, size=12),
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#999"/>',
        f'<polyline points="{corners}" fill="none" stroke="{_COLOURS[0]}" stroke-width="2"/>',
        _text(left + width / 2, top + height + 30, line.unit, anchor="middle"),
    ]
    for (x, y), (value, figure) in zip(places, line.points, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_COLOURS[0]}"/>')
        parts.append(_text(x, y - 6, f"{figure:.3g}", size=9, anchor="middle"))
        parts.append(_text(x, top + height + 13, f"{value:,.0f}", size=9, anchor="middle"))
    return parts


def _text(x: float, y: float, text: str, *, size: int = 11, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(text)}</text>'


def _write(file: Path, parts: Sequence[str], width: float, height: float) -> None:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" fill="#222">'
    back = '<rect width="100%" height="100%" fill="#fff"/>'
    file.write_text("\n".join([head, back, *parts, "</svg>"]) + "\n", encoding="utf-8")
