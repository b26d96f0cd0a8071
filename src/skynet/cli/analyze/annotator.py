"""Draws what the analysis saw onto a picture: zones, lines, boxes with tracks, plates, and alerts as they happen."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.domain import Alert, Detection, ObjectLabel, Observations, RuleSet

_COLOURS: dict[ObjectLabel, tuple[int, int, int]] = {  # BGR; distinct also for readers who confuse red and green
    ObjectLabel.PERSON: (0, 190, 255),
    ObjectLabel.BICYCLE: (255, 190, 60),
    ObjectLabel.CAR: (255, 140, 30),
    ObjectLabel.MOTORCYCLE: (200, 120, 220),
    ObjectLabel.BUS: (120, 200, 80),
    ObjectLabel.TRUCK: (170, 170, 40),
    ObjectLabel.MOTION: (230, 230, 230),
}
_ZONE = (180, 220, 90)
_ALERT = (60, 60, 235)
_ALERT_SHOWN_S = 2.0


class Annotator:
    """Keeps what was seen last and draws it on each frame until something newer is seen."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._seen: Observations | None = None
        self._plates: dict[int, str] = {}
        self._banners: list[tuple[float, Alert]] = []
        self._font = cv2.FontFace("uni")  # ships with OpenCV and has the Chinese characters of plates

    def saw(self, observations: Observations, alerts: tuple[Alert, ...]) -> None:
        self._seen = observations
        self._banners += [(observations.captured_at, alert) for alert in alerts]
        for alert in alerts:
            if alert.plate and alert.track:
                self._plates[alert.track.track_id] = alert.plate.text

    def draw(self, picture: NDArray[np.uint8], captured_at: float) -> NDArray[np.uint8]:
        """A copy of `picture`, uint8 (h, w, 3) BGR, with the drawings of this moment."""
        canvas = picture.copy()
        scale = canvas.shape[0] / 720
        self._draw_places(canvas, scale)
        self._banners = [(at, alert) for at, alert in self._banners if captured_at - at < _ALERT_SHOWN_S]
        alerted = {alert.track.track_id for _, alert in self._banners if alert.track}
        for seen in self._seen.objects if self._seen else ():
            self._draw_object(canvas, seen, scale, alerted)
        for row, (_, alert) in enumerate(self._banners[-4:]):
            text = f"{alert.kind.value.replace('_', ' ')} · {alert.place}"
            self._text(canvas, text, (round(14 * scale), round((34 + 34 * row) * scale)), _ALERT, round(24 * scale))
        return canvas

    def _draw_places(self, canvas: NDArray[np.uint8], scale: float) -> None:
        height, width = canvas.shape[:2]
        size = np.array([width, height])
        for zone_id, points in self._rules.zones.items():
            corners = (np.array(points) * size).round().astype(np.int32)
            cv2.polylines(canvas, [corners], True, _ZONE, max(1, round(2 * scale)), cv2.LINE_AA)
            self._label(canvas, zone_id, corners[0], scale)
        for line_id, line in self._rules.lines.items():
            start, end = (np.array([line.start, line.end]) * size).round().astype(np.int32)
            cv2.arrowedLine(canvas, start.tolist(), end.tolist(), _ZONE, max(1, round(2 * scale)), cv2.LINE_AA)
            self._label(canvas, line_id, start, scale)

    def _label(self, canvas: NDArray[np.uint8], text: str, at: NDArray[np.int32], scale: float) -> None:
        self._text(canvas, text, (int(at[0]) + 4, int(at[1]) - 6), _ZONE, round(16 * scale))

    def _draw_object(self, canvas: NDArray[np.uint8], seen: Detection, scale: float, alerted: set[int]) -> None:
        box = seen.box
        colour = _ALERT if seen.track_id in alerted else _COLOURS[seen.label]
        top_left = (round(box.x), round(box.y))
        bottom_right = (round(box.x + box.width), round(box.y + box.height))
        cv2.rectangle(canvas, top_left, bottom_right, colour, max(1, round(2 * scale)), cv2.LINE_AA)
        plate = self._plates.get(seen.track_id or 0, "")
        self._text(
            canvas,
            f"{seen.label} {seen.track_id} {plate}".rstrip(),
            (top_left[0], max(round(18 * scale), top_left[1] - round(6 * scale))),
            colour,
            round(18 * scale),
        )

    def _text(
        self, canvas: NDArray[np.uint8], text: str, at: tuple[int, int], colour: tuple[int, int, int], size: int
    ) -> None:
        size = max(10, size)
        shadow = max(1, size // 14)
        cv2.putText(canvas, text, (at[0] + shadow, at[1] + shadow), (0, 0, 0), self._font, size)
        cv2.putText(canvas, text, at, colour, self._font, size)
