"""Painting the skins of passenger cars, and of the bus and the lorry's cab."""

from __future__ import annotations

from .vehicle_shape import VehicleShape
from .vehicle_skin import (
    AMBER,
    CHROME,
    GLASS,
    GLASS_DIM,
    HEAD,
    LAMP_SHELL,
    PLASTIC,
    SEAM,
    TAIL,
    Ink,
    Skin,
    View,
    paint_rim,
    paint_wheel_arches,
)


def _belt(shape: VehicleShape) -> float:
    return shape.belt[len(shape.belt) // 2][1]


def paint_car_side(view: View, shape: VehicleShape) -> None:
    """Side windows with pillars, door seams, handles, arches."""
    foot, roof_front, roof_rear, rear_foot = shape.cabin
    belt, top = _belt(shape) + 0.035, shape.height - 0.10
    rear_top = top - 0.03
    outline = [
        (foot - 0.16, belt),
        (roof_front - 0.06, top),
        (roof_rear + 0.05, rear_top),
        (rear_foot + 0.30, belt + 0.05),
    ]
    view.rounded(outline, PLASTIC, 0.05)
    inner = [(foot - 0.24, belt + 0.03), (roof_front - 0.08, top - 0.03)]
    inner += [(roof_rear + 0.07, rear_top - 0.03), (rear_foot + 0.40, belt + 0.07)]
    view.rounded(inner, GLASS, 0.045)
    for x in (roof_front - 0.35, roof_rear * 0.4 + rear_foot * 0.05 - 0.25):
        view.rounded(
            [(x, belt + 0.28), (x + 0.26, belt + 0.28), (x + 0.24, top - 0.06), (x + 0.04, top - 0.06)], GLASS_DIM
        )
    middle = (roof_front + roof_rear) / 2 + 0.02
    pillars = [middle, (roof_rear + rear_foot) / 2 + 0.32]
    if shape.name in ("suv", "van"):
        pillars[1] = roof_rear + 0.62
    for x, head in zip(pillars, (top - 0.07, top - (0.07 if shape.name in ("suv", "van") else 0.17)), strict=True):
        view.polygon([(x - 0.045, belt + 0.02), (x + 0.045, belt + 0.02), (x, head), (x - 0.08, head)], PLASTIC)
    sill = shape.bottom + 0.12
    front_door = foot - 0.22
    rear_door = max(shape.axles[-1] + shape.wheel_radius + 0.12, pillars[1] - 0.35)
    for x in (front_door, middle, pillars[1] - 0.02):
        low = x if x != pillars[1] - 0.02 else rear_door
        view.line([(x, belt), (low if x > middle else x, (belt + sill) / 2), (low if x != middle else x, sill)], SEAM)
    view.line([(front_door, sill), (rear_door, sill)], SEAM)
    for x in (middle + 0.10, pillars[1] + 0.12):
        view.rounded(
            [(x, belt - 0.13), (x + 0.2, belt - 0.13), (x + 0.2, belt - 0.09), (x, belt - 0.09)], CHROME, 0.015
        )
    view.line([(front_door + 0.1, belt - 0.22), (rear_door - 0.3, belt - 0.19)], SEAM, 0.018)
    paint_wheel_arches(view, shape, shape.axles)
    half = shape.length / 2
    view.rounded([(half - 0.42, 0.66), (half, 0.60), (half, 0.76), (half - 0.30, 0.80)], LAMP_SHELL)
    lamp = shape.rear_plate_z
    view.rounded([(-half, lamp - 0.06), (-half + 0.28, lamp), (-half + 0.22, lamp + 0.14), (-half, lamp + 0.14)], TAIL)


def paint_car_top(view: View, shape: VehicleShape) -> None:
    """Windscreen, rear window where it slopes, bonnet seams, wipers' dark strip."""
    foot, roof_front, roof_rear, rear_foot = shape.cabin
    wide, narrow = shape.width / 2 - 0.16, shape.width / 2 - 0.33
    view.rounded(
        [(foot + 0.06, -wide), (roof_front - 0.02, -narrow), (roof_front - 0.02, narrow), (foot + 0.06, wide)],
        PLASTIC,
        0.05,
    )
    edge = [(foot - 0.03, -wide + 0.05), (roof_front + 0.04, -narrow + 0.05)]
    view.rounded([*edge, *[(u, -v) for u, v in reversed(edge)]], GLASS, 0.05)
    dash = [
        (foot - 0.05, -wide + 0.12),
        (foot - 0.2, -wide + 0.14),
        (foot - 0.2, wide - 0.14),
        (foot - 0.05, wide - 0.12),
    ]
    view.rounded(dash, GLASS_DIM, 0.04)
    for side in (1, -1):
        seat = [(roof_front + 0.06, side * 0.2), (roof_front + 0.3, side * 0.22)]
        seat += [(roof_front + 0.3, side * 0.48), (roof_front + 0.06, side * 0.46)]
        view.rounded(seat, GLASS_DIM, 0.05)
    if shape.name == "sedan":
        rear = [
            (rear_foot - 0.02, -wide + 0.08),
            (roof_rear - 0.02, -narrow),
            (roof_rear - 0.02, narrow),
            (rear_foot - 0.02, wide - 0.08),
        ]
        view.rounded(rear, PLASTIC, 0.05)
        rear = [(rear_foot + 0.04, -wide + 0.13), (roof_rear - 0.06, -narrow + 0.05)]
        view.rounded([*rear, *[(u, -v) for u, v in reversed(rear)]], GLASS, 0.05)
        view.line([(rear_foot - 0.1, -wide), (rear_foot - 0.1, wide)], SEAM)
    elif shape.name in ("suv", "hatch"):
        view.polygon([(-3, -narrow), (roof_rear - 0.12, -narrow), (roof_rear - 0.12, narrow), (-3, narrow)], GLASS)
    half = shape.length / 2
    view.mirrored("line", [(foot + 0.08, wide + 0.02), (half - 0.34, wide - 0.08)], SEAM, 0.012)
    view.line([(half - 0.30, -wide + 0.05), (half - 0.22, 0), (half - 0.30, wide - 0.05)], SEAM)


def paint_car_front(view: View, shape: VehicleShape) -> None:
    """Head lamps, grille, lower intake, bumper; windscreen where it is steep."""
    half = shape.width / 2
    hood = shape.top[-1][1]
    lamp = hood - 0.07
    view.polygon([(-2, 0), (2, 0), (2, shape.bottom + 0.06), (-2, shape.bottom + 0.06)], PLASTIC)
    electric = shape.name == "hatch"
    if not electric:
        view.rounded(
            [(-0.46, lamp - 0.16), (0.46, lamp - 0.16), (0.52, lamp + 0.04), (-0.52, lamp + 0.04)], CHROME, 0.03
        )
        view.rounded(
            [(-0.44, lamp - 0.145), (0.44, lamp - 0.145), (0.5, lamp + 0.025), (-0.5, lamp + 0.025)], PLASTIC, 0.03
        )
        for index in range(3):
            z = lamp - 0.10 + index * 0.045
            view.line([(-0.45, z), (0.45, z)], Ink((90, 92, 95), (0, 200, 0, 0)), 0.012)
    view.disc((0, lamp - 0.06 if not electric else lamp + 0.02), 0.05, CHROME)
    outer = half - 0.10
    view.mirrored(
        "round",
        [(0.50, lamp - 0.10), (outer, lamp - 0.06), (outer + 0.08, lamp + 0.08), (0.54, lamp + 0.03)],
        LAMP_SHELL,
        0.025,
    )
    view.mirrored(
        "round",
        [(0.58, lamp - 0.07), (outer - 0.06, lamp - 0.04), (outer - 0.04, lamp + 0.04), (0.60, lamp + 0.01)],
        HEAD,
        0.03,
    )
    low = shape.bottom + 0.08
    view.rounded([(-0.5, low), (0.5, low), (0.56, low + 0.14), (-0.56, low + 0.14)], PLASTIC, 0.04)
    view.mirrored(
        "round",
        [(half - 0.32, low + 0.02), (half - 0.1, low + 0.04), (half - 0.1, low + 0.14), (half - 0.3, low + 0.12)],
        PLASTIC,
        0.03,
    )
    z = shape.front_plate_z
    view.rounded([(-0.26, z - 0.09), (0.26, z - 0.09), (0.26, z + 0.09), (-0.26, z + 0.09)], PLASTIC, 0.02)
    if shape.name == "van":
        view.rounded([(-0.66, 1.14), (0.66, 1.14), (0.56, 1.72), (-0.56, 1.72)], GLASS, 0.05)


def paint_car_rear(view: View, shape: VehicleShape) -> None:
    """Tail lamps, plate recess, bumper, and the rear window of tall cars."""
    half = shape.width / 2
    z = shape.rear_plate_z
    view.polygon([(-2, 0), (2, 0), (2, shape.bottom + 0.14), (-2, shape.bottom + 0.14)], PLASTIC)
    if shape.name != "sedan":
        belt = shape.top[0][1] + (0.02 if shape.name != "van" else -0.36)
        top = shape.height - 0.12
        view.rounded([(-half + 0.16, belt), (half - 0.16, belt), (half - 0.3, top), (-half + 0.3, top)], GLASS, 0.06)
    view.mirrored(
        "round",
        [(half - 0.42, z - 0.02), (half + 0.1, z - 0.06), (half + 0.1, z + 0.14), (half - 0.40, z + 0.10)],
        TAIL,
        0.03,
    )
    view.mirrored(
        "round",
        [(half - 0.26, z - 0.015), (half - 0.12, z - 0.02), (half - 0.12, z + 0.02), (half - 0.26, z + 0.02)],
        AMBER,
        0.015,
    )
    view.rounded([(-0.36, z - 0.11), (0.36, z - 0.11), (0.36, z + 0.12), (-0.36, z + 0.12)], SEAM, 0.03)
    view.rounded([(-0.30, z + 0.08), (0.30, z + 0.08), (0.30, z + 0.115), (-0.30, z + 0.115)], CHROME, 0.012)
    view.line([(-half, z - 0.22), (half, z - 0.22)], SEAM, 0.014)
    view.line([(-half + 0.12, z - 0.17), (-half + 0.2, z + 0.3)], SEAM, 0.012)
    view.line([(half - 0.12, z - 0.17), (half - 0.2, z + 0.3)], SEAM, 0.012)
    view.mirrored(
        "round", [(half - 0.34, 0.4), (half - 0.12, 0.4), (half - 0.12, 0.45), (half - 0.34, 0.45)], TAIL, 0.015
    )


def paint_bus(skin: Skin) -> None:
    """Window bands, doors, route display, livery of two colours."""
    side, front, rear = skin.views["side"], skin.views["front"], skin.views["rear"]
    livery = Ink((236, 238, 238), (0, 190, 0, 0))
    side.polygon([(-6, 0.95), (6, 0.95), (6, 1.18), (-6, 1.18)], livery)
    side.polygon([(-6, 1.25), (6, 1.25), (6, 2.58), (-6, 2.58)], PLASTIC)
    for index in range(7):
        x = -4.95 + index * 1.34
        side.rounded([(x, 1.32), (x + 1.24, 1.32), (x + 1.24, 2.5), (x, 2.5)], GLASS, 0.06)
        side.rounded([(x + 0.2, 1.36), (x + 0.75, 1.36), (x + 0.7, 1.85), (x + 0.3, 1.9)], GLASS_DIM, 0.09)
    for x in (4.1, -0.3):
        side.rounded([(x, 0.42), (x + 1.05, 0.42), (x + 1.05, 2.52), (x, 2.52)], PLASTIC, 0.04)
        for door in (x + 0.05, x + 0.55):
            side.rounded([(door, 0.52), (door + 0.44, 0.52), (door + 0.44, 2.44), (door, 2.44)], GLASS, 0.05)
    for x in (-4.2, -2.2, 1.2, 3.5):
        side.line([(x, 0.36), (x, 1.2)], SEAM, 0.012)
    paint_wheel_arches(side, skin.shape, skin.shape.axles)
    front.polygon([(-2, 0), (2, 0), (2, 0.42), (-2, 0.42)], PLASTIC)
    front.rounded([(-1.2, 1.12), (1.2, 1.12), (1.14, 3.0), (-1.14, 3.0)], PLASTIC, 0.12)
    front.rounded([(-1.14, 1.2), (1.14, 1.2), (1.08, 2.56), (-1.08, 2.56)], GLASS, 0.1)
    front.rounded([(-0.9, 1.25), (0.9, 1.25), (0.8, 1.5), (-0.8, 1.5)], GLASS_DIM, 0.08)
    front.rounded([(-0.72, 2.62), (0.72, 2.62), (0.72, 2.9), (-0.72, 2.9)], Ink((230, 120, 20), (0, 60, 60, 0)), 0.03)
    front.polygon([(-2, 0.86), (2, 0.86), (2, 1.0), (-2, 1.0)], livery)
    front.mirrored("round", [(0.72, 0.6), (1.16, 0.62), (1.16, 0.82), (0.72, 0.8)], LAMP_SHELL, 0.04)
    front.mirrored("round", [(0.8, 0.64), (1.06, 0.65), (1.06, 0.79), (0.8, 0.77)], HEAD, 0.04)
    rear.polygon([(-2, 0), (2, 0), (2, 0.45), (-2, 0.45)], PLASTIC)
    rear.rounded([(-1.0, 1.75), (1.0, 1.75), (0.95, 2.7), (-0.95, 2.7)], GLASS, 0.1)
    for z in (1.15, 1.25, 1.35, 1.45):
        rear.line([(-0.7, z), (0.7, z)], PLASTIC, 0.04)
    rear.mirrored("round", [(1.0, 0.7), (1.2, 0.7), (1.2, 1.5), (1.0, 1.5)], TAIL, 0.04)
    rear.polygon([(-2, 0.95), (2, 0.95), (2, 1.08), (-2, 1.08)], livery)


def paint_truck(skin: Skin) -> None:
    """A light lorry's cab."""
    side, top, front = skin.views["side"], skin.views["top"], skin.views["front"]
    side.rounded([(-0.62, 1.36), (0.62, 1.36), (0.34, 2.14), (-0.62, 2.14)], PLASTIC, 0.06)
    side.rounded([(-0.56, 1.40), (0.54, 1.40), (0.30, 2.09), (-0.56, 2.09)], GLASS, 0.06)
    side.line([(-0.7, 0.8), (-0.7, 2.2)], SEAM)
    side.line([(0.72, 1.25), (0.72, 0.8)], SEAM)
    side.rounded([(-0.6, 1.18), (-0.38, 1.18), (-0.38, 1.23), (-0.6, 1.23)], PLASTIC, 0.015)
    paint_wheel_arches(side, skin.shape, skin.shape.axles)
    for view in (top,):
        view.rounded([(0.95, -0.92), (0.40, -0.80), (0.40, 0.80), (0.95, 0.92)], GLASS, 0.06)
    front.polygon([(-2, 0), (2, 0), (2, 0.62), (-2, 0.62)], PLASTIC)
    front.rounded([(-0.95, 1.34), (0.95, 1.34), (0.85, 2.2), (-0.85, 2.2)], GLASS, 0.08)
    front.rounded([(-0.72, 0.95), (0.72, 0.95), (0.76, 1.18), (-0.76, 1.18)], PLASTIC, 0.04)
    for z in (1.0, 1.06, 1.12):
        front.line([(-0.7, z), (0.7, z)], CHROME, 0.014)
    front.mirrored("round", [(0.62, 0.66), (0.98, 0.66), (0.98, 0.9), (0.66, 0.86)], LAMP_SHELL, 0.04)
    front.mirrored("round", [(0.68, 0.69), (0.92, 0.70), (0.92, 0.86), (0.7, 0.83)], HEAD, 0.04)


def painted_skin(shape: VehicleShape) -> Skin:
    """The finished skin of a shape."""
    skin = Skin(shape, 110.0 if shape.name == "bus" else 220.0)
    paint_rim(skin.views["rim"], 5 if shape.name in ("hatch", "suv") else 10)
    if shape.name == "bus":
        paint_bus(skin)
    elif shape.name == "truck":
        paint_truck(skin)
    else:
        paint_car_side(skin.views["side"], shape)
        paint_car_top(skin.views["top"], shape)
        paint_car_front(skin.views["front"], shape)
        paint_car_rear(skin.views["rear"], shape)
    return skin
