"""The log of a run as a picture: loss over tokens, with the part under fake Q4_0 shaded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

_WIDTH, _HEIGHT, _MARGIN = 640, 320, 48


def read_log(path: Path) -> list[Mapping[str, float]]:
    """The lines of `log.jsonl`.

    Raises:
        ValueError: It has fewer than two.
    """
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if len(lines) < 2:
        raise ValueError(f"{path} has {len(lines)} lines; a picture needs two: a run writes one every 50 steps")
    return lines


def svg(log: Sequence[Mapping[str, float]]) -> str:
    """Draw a log."""
    most = max(line["tokens"] for line in log)
    top = max(line["loss"] for line in log)

    def x(tokens: float) -> float:
        return _MARGIN + (_WIDTH - 2 * _MARGIN) * tokens / most

    def y(loss: float) -> float:
        return _HEIGHT - _MARGIN - (_HEIGHT - 2 * _MARGIN) * loss / top

    points = " ".join(f"{x(line['tokens']):.1f},{y(line['loss']):.1f}" for line in log)
    shaded = [line["tokens"] for line in log if line["quantised"]]
    band = ""
    if shaded:
        left = x(shaded[0])
        size = f'width="{x(most) - left:.1f}" height="{_HEIGHT - 2 * _MARGIN}"'
        band = f'<rect x="{left:.1f}" y="{_MARGIN}" {size} fill="#eee"/>'
    words = (
        (_MARGIN, _HEIGHT - 16, "start", "0"),
        (_WIDTH - _MARGIN, _HEIGHT - 16, "end", f"{most / 1e6:.2f}M tokens"),
        (_MARGIN, _MARGIN - 12, "start", f"loss of open tokens, {top:.2f} at most, {log[-1]['loss']:.2f} at the end"),
    )
    texts = "".join(f'<text x="{a}" y="{b}" text-anchor="{anchor}">{said}</text>' for a, b, anchor, said in words)
    axes = f"M{_MARGIN} {_MARGIN}V{_HEIGHT - _MARGIN}H{_WIDTH - _MARGIN}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12">{band}<path d="{axes}" fill="none" stroke="#888"/>'
        f'<polyline points="{points}" fill="none" stroke="#06c" stroke-width="1.5"/>{texts}</svg>\n'
    )
