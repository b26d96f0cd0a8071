"""A picture of the result: cost while idle and while busy, a bar each, on a logarithmic scale; SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

from skynet.cli.bench.result import Row
from skynet.domain.errors import BadInputError

_LEFT, _WIDTH, _ROW, _TOP = 130, 520, 34, 46
_LEAST, _MOST = 0.1, 1000.0
_COLOURS = {"idle": "#2f6f9f", "busy": "#d98032"}


def write_plot(path: Path, rows: Sequence[Row], title: str) -> None:
    """Raises BadInputError."""
    names = list(dict.fromkeys(row.contender for row in rows if row.metric in _COLOURS))
    height = _TOP + _ROW * len(names) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 90}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="10" y="20" font-size="14">{escape(title)}</text>',
    ]
    for power in range(-1, 4):
        x = _x(10.0**power)
        parts.append(f'<line x1="{x:.0f}" y1="{_TOP - 8}" x2="{x:.0f}" y2="{height - 30}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{height - 12}" text-anchor="middle">{10.0**power:g}</text>')
    for number, name in enumerate(names):
        y = _TOP + number * _ROW
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 16}" text-anchor="end">{escape(name)}</text>')
        for row in rows:
            if row.contender == name and row.metric in _COLOURS:
                parts += _bar(row, y + (0 if row.metric == "idle" else 13))
    parts.append("</svg>\n")
    try:
        path.write_text("\n".join(parts), encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written ({error.strerror}); name a file in a folder of yours") from None


def _bar(row: Row, y: int) -> list[str]:
    end = _x(row.median)
    return [
        f'<rect x="{_LEFT}" y="{y}" width="{end - _LEFT:.1f}" height="11" fill="{_COLOURS[row.metric]}"/>',
        f'<line x1="{_x(row.min):.1f}" y1="{y + 5}" x2="{_x(row.max):.1f}" y2="{y + 5}" stroke="black"/>',
        f'<text x="{end + 6:.1f}" y="{y + 10}">{row.metric} {row.median:.3g}</text>',
    ]


def _x(value: float) -> float:
    share = math.log10(min(_MOST, max(_LEAST, value)) / _LEAST) / math.log10(_MOST / _LEAST)
    return _LEFT + share * _WIDTH
