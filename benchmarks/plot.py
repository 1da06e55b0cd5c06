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


@dataclass(frozen=True, slots=True)
class Frame:
    """Lines in a unit square with its diagonal.

    Attributes:
        title: Above it.
        lines: Name -> points `(x, y)` from 0 to 1.
    """

    title: str
    lines: Mapping[str, Sequence[tuple[float, float]]]


def write_frames(file: Path, title: str, frames: Sequence[Frame], *, size: float = 150, across: int = 4) -> None:
    """Write unit squares, `across` of them beside each other, with the names of their lines below."""
    gap, parts = 40, [_text(10, 20, title, size=14)]
    for index, frame in enumerate(frames):
        parts += _square(frame, 30 + index % across * (size + gap), 60 + index // across * (size + gap), size)
    height = 60 + -(-len(frames) // across) * (size + gap)
    for index, name in enumerate(frames[0].lines if frames else ()):
        parts.append(_text(30 + 150 * index, height, f"\u25cf {name}", fill=_COLOURS[2 - 2 * index]))
    _write(file, parts, 30 + across * (size + gap), height + 20)


def _square(frame: Frame, left: float, top: float, size: float) -> list[str]:
    parts = [
        _text(left, top - 8, frame.title, size=12),
        f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="none" stroke="#999"/>',
        f'<line x1="{left}" y1="{top + size}" x2="{left + size}" y2="{top}" stroke="#ccc"/>',
    ]
    for index, points in enumerate(frame.lines.values()):
        colour = _COLOURS[2 - 2 * index]
        places = [(left + x * size, top + (1 - y) * size) for x, y in points]
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in places]
    return parts


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


def _text(x: float, y: float, text: str, *, size: int = 11, anchor: str = "start", fill: str = "#222") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"'
    return f"<text {place}>{escape(text)}</text>"


def _write(file: Path, parts: Sequence[str], width: float, height: float) -> None:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" fill="#222">'
    back = '<rect width="100%" height="100%" fill="#fff"/>'
    file.write_text("\n".join([head, back, *parts, "</svg>"]) + "\n", encoding="utf-8")
