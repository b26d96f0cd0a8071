"""Pictures of the result as SVG: average precision by class, a bar for each detector, and how far each plate reader's
confidence can be taken at its word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

from skynet.cli.bench.eyes.plate_score import PlateScore
from skynet.cli.bench.eyes.reliability import Band
from skynet.cli.bench.result import Row
from skynet.domain.errors import BadInputError

_COLOURS = ("#2f6f9f", "#d98032", "#6a9f4f", "#8c5fa8")
_LEFT, _TOP, _SIDE, _GAP = 60, 50, 300, 110
_BAR, _CLASS_GAP = 16, 18
_LEGEND = 18
_METRIC = "AP50 "


def write_plot(path: Path, rows: Sequence[Row], readers: Sequence[PlateScore]) -> None:
    """Draw what there is of both. Raises BadInputError when `path` cannot be written."""
    bars, right = _precision_bars([row for row in rows if row.metric.startswith(_METRIC)], _LEFT)
    parts = [*bars]
    if readers:
        dots, right = _reliability_dots(readers, right + _GAP if bars else _LEFT)
        parts += dots
    height = _TOP + _SIDE + 40 + _LEGEND * max(4, len(readers))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{right + 60:.0f}" height="{height}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
    )
    try:
        path.write_text("\n".join([head, *parts, "</svg>\n"]), encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written ({error.strerror}); name a file in a folder of yours") from None


def _precision_bars(rows: Sequence[Row], left: float) -> tuple[list[str], float]:
    """The bars, and where they end."""
    names = list(dict.fromkeys(row.contender for row in rows))
    metrics = list(dict.fromkeys(row.metric for row in rows))
    if not rows:
        return [], left
    step = _BAR * len(names) + _CLASS_GAP
    right = left + step * len(metrics)
    parts = [_text(left, 20, "AP50 by class on the street set, %", size=14), *_scale(left, right)]
    for row in rows:
        x = left + metrics.index(row.metric) * step + names.index(row.contender) * _BAR + _CLASS_GAP / 2
        y = _y(row.median / 100)
        colour = _COLOURS[names.index(row.contender) % len(_COLOURS)]
        parts.append(f'<rect x="{x:.0f}" y="{y:.1f}" width="{_BAR - 2}" height="{_y(0) - y:.1f}" fill="{colour}"/>')
        parts.append(_text(x + _BAR / 2 - 1, y - 3, f"{row.median:.0f}", anchor="middle", size=9))
    for place, metric in enumerate(metrics):
        middle = left + (place + 0.5) * step
        parts.append(_text(middle, _y(0) + 16, metric.removeprefix(_METRIC), anchor="middle"))
    return parts + _legend(names, left), right


def _reliability_dots(readers: Sequence[PlateScore], left: float) -> tuple[list[str], float]:
    """A dot for each band of confidence, its area by the number of reads; and where the drawing ends."""
    right = left + _SIDE
    parts = [_text(left, 20, "Plate reads: claimed (across) and right (up), %", size=14), *_scale(left, right)]
    parts.append(f'<line x1="{left}" y1="{_y(0)}" x2="{right}" y2="{_y(1)}" stroke="#999" stroke-dasharray="4 3"/>')
    parts += [_text(left + tick / 100 * _SIDE, _y(0) + 16, str(tick), anchor="middle") for tick in range(0, 101, 20)]
    for place, score in enumerate(readers):
        bands = score.reliability(held_out=False).bands()
        total = sum(band.reads for band in bands)
        parts += [_dot(band, total, left, _COLOURS[place % len(_COLOURS)]) for band in bands]
    return parts + _legend([score.name for score in readers], left), right


def _dot(band: Band, total: int, left: float, colour: str) -> str:
    radius = 3 + 14 * math.sqrt(band.reads / total)
    return (
        f'<circle cx="{left + band.claimed * _SIDE:.1f}" cy="{_y(band.right / band.reads):.1f}" r="{radius:.1f}" '
        f'fill="{colour}" fill-opacity="0.55" stroke="{colour}"/>'
    )


def _scale(left: float, right: float) -> list[str]:
    parts = []
    for tick in range(0, 101, 20):
        y = _y(tick / 100)
        parts.append(f'<line x1="{left:.0f}" y1="{y:.1f}" x2="{right:.0f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(_text(left - 6, y + 4, str(tick), anchor="end"))
    return parts


def _legend(names: Sequence[str], left: float) -> list[str]:
    parts = []
    for place, name in enumerate(names):
        y = _y(0) + 30 + place * _LEGEND
        parts.append(f'<rect x="{left}" y="{y}" width="11" height="11" fill="{_COLOURS[place % len(_COLOURS)]}"/>')
        parts.append(_text(left + 18, y + 10, name))
    return parts


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - share)
