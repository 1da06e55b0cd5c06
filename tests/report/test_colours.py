"""The page's colours: contrast by WCAG 2.2 in light and dark, and fields that differ to a colour-blind reader too."""

from __future__ import annotations

import re
from importlib import resources
from itertools import combinations

import pytest

CSS = resources.files("extractor.report").joinpath("assets", "report.css").read_text(encoding="utf-8")
PAIRS = dict(re.findall(r"--([\w-]+): light-dark\(([^)]*)\)", CSS))
HUES = 6
LINES = 4
SCHEMES = ("light", "dark")
# Viénot, Brettel and Mollon 1999: linear RGB as a protanope and a deuteranope see it.
PROTANOPE = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
DEUTERANOPE = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))
LEAST_APART = 0.03  # in linear RGB


def linear(name: str, scheme: str) -> tuple[float, ...]:
    colour = PAIRS[name].split(",")[SCHEMES.index(scheme)].strip().removeprefix("#")
    parts = (int(colour[index : index + 2], 16) / 255 for index in (0, 2, 4))
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def contrast(one: str, other: str, scheme: str) -> float:
    first, second = sorted(
        sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(name, scheme), strict=True))
        for name in (one, other)
    )
    return (second + 0.05) / (first + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_and_lines_stand_out(scheme: str) -> None:
    for text in ("text", "soft", "bad", "warn", "good", "accent"):
        for behind in ("page", "panel"):
            assert contrast(text, behind, scheme) >= 4.5, (text, behind)
    for hue in range(HUES):
        assert contrast("text", f"tint-{hue}", scheme) >= 7
        assert contrast("soft", f"tint-{hue}", scheme) >= 4.5, hue  # the field's name in the mark
        assert contrast("page", f"line-{hue}", scheme) >= 4.5, hue  # text on a mark that is linked
        assert contrast(f"line-{hue}", f"tint-{hue}", scheme) >= 3, hue
    assert contrast("edge", "page", scheme) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_fields_differ_in_line_or_to_every_eye(scheme: str) -> None:
    fields = [(field % HUES, (field + field // 12) % LINES) for field in range(12)]
    assert len(set(fields)) == 12
    for (hue, line), (other, other_line) in combinations(fields, 2):
        if line == other_line:
            for seen in (PROTANOPE, DEUTERANOPE):
                assert apart(hue, other, scheme, seen) > LEAST_APART, (hue, other)


def apart(one: int, other: int, scheme: str, seen: tuple[tuple[float, ...], ...]) -> float:
    """How far apart two hues' lines are to that eye."""
    pair = [linear(f"line-{hue}", scheme) for hue in (one, other)]
    views = [[sum(w * part for w, part in zip(row, rgb, strict=True)) for row in seen] for rgb in pair]
    return float(sum((a - b) ** 2 for a, b in zip(*views, strict=True)) ** 0.5)
