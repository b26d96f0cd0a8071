"""The bodies of the vehicles as profiles along their length (x forward, metres)."""

from __future__ import annotations

from dataclasses import dataclass

Profile = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class VehicleShape:
    """A lofted body.

    `top`, `belt`, `roof_half` and `side_half` give height of roof or bonnet, height of the shoulder, half width of the
    roof and half width of the body at places along x. `cabin` holds x of windscreen foot, roof front, roof rear, rear
    window foot. `nose` and `tail` are the depths over which the ends round off, `squareness` the exponent of that.
    """

    name: str
    label: str
    length: float
    width: float
    height: float
    top: Profile
    belt: Profile
    roof_half: Profile
    side_half: Profile
    cabin: tuple[float, float, float, float]
    axles: tuple[float, ...]
    wheel_radius: float
    bottom: float = 0.20
    nose: float = 0.30
    tail: float = 0.22
    squareness: float = 3.6
    end_centre: float = 0.52
    front_plate_z: float = 0.46
    rear_plate_z: float = 0.80
    steep_cut: float = 0.80


SEDAN = VehicleShape(
    "sedan",
    "car",
    4.75,
    1.84,
    1.46,
    top=(
        (-2.375, 0.99),
        (-2.2, 1.05),
        (-1.72, 1.1),
        (-1.5, 1.14),
        (-0.8, 1.41),
        (-0.3, 1.46),
        (0.22, 1.43),
        (1.05, 1.01),
        (1.25, 0.975),
        (1.7, 0.92),
        (2.15, 0.8),
        (2.375, 0.7),
    ),
    belt=((-2.375, 0.90), (-1.5, 0.97), (0.0, 0.93), (1.05, 0.89), (1.9, 0.78), (2.375, 0.62)),
    roof_half=((-2.375, 0.70), (-1.6, 0.68), (-0.8, 0.575), (0.2, 0.565), (1.05, 0.70), (1.7, 0.74), (2.375, 0.62)),
    side_half=((-2.375, 0.86), (-1.6, 0.905), (0.0, 0.915), (1.5, 0.915), (2.375, 0.86)),
    cabin=(1.05, 0.24, -0.78, -1.62),
    axles=(1.42, -1.36),
    wheel_radius=0.33,
    rear_plate_z=0.82,
)
SUV = VehicleShape(
    "suv",
    "car",
    4.68,
    1.90,
    1.70,
    top=(
        (-2.34, 1.16),
        (-2.25, 1.24),
        (-1.98, 1.57),
        (-1.6, 1.66),
        (-0.4, 1.7),
        (0.22, 1.66),
        (1.08, 1.15),
        (1.3, 1.11),
        (1.8, 1.05),
        (2.15, 0.96),
        (2.34, 0.86),
    ),
    belt=((-2.34, 1.02), (-1.2, 1.08), (0.0, 1.05), (1.08, 1.02), (1.9, 0.93), (2.34, 0.78)),
    roof_half=((-2.34, 0.74), (-1.9, 0.66), (-0.8, 0.64), (0.2, 0.63), (1.08, 0.75), (1.8, 0.79), (2.34, 0.70)),
    side_half=((-2.34, 0.90), (-1.6, 0.94), (0.0, 0.945), (1.5, 0.945), (2.34, 0.90)),
    cabin=(1.08, 0.24, -1.72, -2.2),
    axles=(1.40, -1.34),
    wheel_radius=0.365,
    bottom=0.24,
    nose=0.26,
    tail=0.18,
    squareness=4.2,
    end_centre=0.62,
    front_plate_z=0.56,
    rear_plate_z=0.92,
)
HATCH = VehicleShape(
    "hatch",
    "car",
    4.05,
    1.78,
    1.57,
    top=(
        (-2.02, 1.08),
        (-1.95, 1.15),
        (-1.62, 1.45),
        (-1.2, 1.54),
        (-0.3, 1.57),
        (0.4, 1.52),
        (1.2, 1.03),
        (1.4, 0.98),
        (1.75, 0.88),
        (2.025, 0.74),
    ),
    belt=((-2.02, 0.98), (-1.0, 1.00), (0.0, 0.97), (1.2, 0.91), (1.75, 0.78), (2.025, 0.66)),
    roof_half=((-2.02, 0.68), (-1.6, 0.61), (-0.6, 0.59), (0.4, 0.58), (1.2, 0.70), (1.7, 0.72), (2.025, 0.62)),
    side_half=((-2.02, 0.84), (-1.4, 0.885), (0.0, 0.885), (1.4, 0.885), (2.025, 0.84)),
    cabin=(1.2, 0.40, -1.35, -1.9),
    axles=(1.27, -1.24),
    wheel_radius=0.32,
    tail=0.20,
    nose=0.28,
    rear_plate_z=0.86,
)
VAN = VehicleShape(
    "van",
    "car",
    4.42,
    1.74,
    1.80,
    top=(
        (-2.21, 1.52),
        (-2.12, 1.65),
        (-1.7, 1.76),
        (-0.4, 1.8),
        (0.75, 1.76),
        (1.0, 1.66),
        (1.62, 1.1),
        (1.75, 1.02),
        (2.0, 0.94),
        (2.21, 0.82),
    ),
    belt=((-2.21, 1.02), (0.0, 1.00), (1.62, 0.95), (2.0, 0.84), (2.21, 0.72)),
    roof_half=((-2.21, 0.70), (-1.6, 0.70), (0.8, 0.68), (1.62, 0.68), (2.21, 0.62)),
    side_half=((-2.21, 0.84), (-1.4, 0.865), (0.0, 0.87), (1.6, 0.865), (2.21, 0.82)),
    cabin=(1.62, 0.82, -2.02, -2.18),
    axles=(1.42, -1.35),
    wheel_radius=0.31,
    nose=0.22,
    tail=0.14,
    squareness=4.6,
    end_centre=0.62,
    front_plate_z=0.50,
    rear_plate_z=0.88,
    steep_cut=0.86,
)
BUS = VehicleShape(
    "bus",
    "bus",
    10.6,
    2.52,
    3.12,
    top=((-5.3, 2.98), (-5.0, 3.10), (4.8, 3.12), (5.3, 2.96)),
    belt=((-5.3, 1.25), (5.3, 1.2)),
    roof_half=((-5.3, 1.06), (-4.9, 1.12), (4.9, 1.12), (5.3, 1.04)),
    side_half=((-5.3, 1.23), (-4.9, 1.26), (4.9, 1.26), (5.3, 1.23)),
    cabin=(5.1, 5.0, -5.0, -5.1),
    axles=(2.75, -3.0),
    wheel_radius=0.48,
    bottom=0.30,
    nose=0.26,
    tail=0.14,
    squareness=5.5,
    end_centre=1.5,
    front_plate_z=0.62,
    rear_plate_z=0.78,
)
TRUCK_CAB = VehicleShape(
    "truck",
    "truck",
    1.95,
    2.08,
    2.35,
    top=((-0.97, 2.28), (-0.8, 2.34), (0.2, 2.35), (0.42, 2.25), (0.90, 1.30), (0.975, 1.15)),
    belt=((-0.97, 1.30), (0.5, 1.28), (0.975, 1.10)),
    roof_half=((-0.97, 0.88), (0.3, 0.86), (0.975, 0.90)),
    side_half=((-0.97, 1.02), (0.5, 1.03), (0.975, 0.98)),
    cabin=(0.86, 0.42, -0.9, -0.95),
    axles=(0.22,),
    wheel_radius=0.40,
    bottom=0.42,
    nose=0.14,
    tail=0.05,
    squareness=5.0,
    end_centre=1.0,
    front_plate_z=0.62,
    rear_plate_z=0.75,
    steep_cut=0.80,
)
SHAPES = {shape.name: shape for shape in (SEDAN, SUV, HATCH, VAN, BUS, TRUCK_CAB)}
