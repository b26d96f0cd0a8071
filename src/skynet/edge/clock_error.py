"""What a wrong camera clock suffers from: it drifts, it lives in another time zone, or it was never set."""

from __future__ import annotations

_ZONE_STEP_S = 1800.0
"""Time zones differ by half hours, but for three that use quarters."""
_FARTHEST_ZONE_S = 14 * 3600.0
_NEVER_SET_S = 400 * 86_400.0
"""A clock that is off by more than a year begins at its maker's date."""
_ZONE_SLACK_S = 30.0
"""So far a clock may have drifted beside its zone, and still be told to be in one."""


def clock_error(ahead_s: float, limit_s: float) -> str | None:
    """One line about a clock that is `ahead_s` before ours (negative: behind), None where it is right to `limit_s`.

    A fixed difference of whole half hours is a zone that was set wrong, and no drift.
    """
    if abs(ahead_s) <= limit_s:
        return None
    way = "ahead" if ahead_s > 0 else "behind"
    if abs(ahead_s) >= _NEVER_SET_S:
        return f"its clock was never set: {abs(ahead_s) / 86_400:.0f} days {way}; let the camera ask a time server"
    zone_s = round(ahead_s / _ZONE_STEP_S) * _ZONE_STEP_S
    rest_s = ahead_s - zone_s
    if zone_s and abs(zone_s) <= _FARTHEST_ZONE_S and abs(rest_s) <= max(limit_s, _ZONE_SLACK_S):
        said = f"its clock is a fixed {abs(zone_s) / 3600:g} h {way}: the time zone is set wrong"
        return said if abs(rest_s) <= limit_s else f"{said}; and it has drifted by {rest_s:+.1f} s"
    return f"its clock is {abs(ahead_s):.1f} s {way}, {limit_s:g} s are allowed; let the camera ask a time server"
