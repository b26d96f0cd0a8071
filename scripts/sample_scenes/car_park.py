"""Clip 4: a car park by day; a driver stops where nobody may, and someone hangs about between the cars."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np

from .actors import Actor, PersonActor, VehicleActor
from .camera_look import SensorLook
from .camera_view import CameraView
from .facade_art import FacadeStyle, house
from .ground_art import WHITE, YELLOW, Ground
from .lighting import Lighting
from .mesh import merged
from .motion import Route, steady
from .palette import PAINTS
from .pedestrian import Look
from .plate_art import Plate
from .scene import Rule, Scene
from .scenery import Prop, board, bollard, hedge, kerb, lamp_post, leaf_texture, plane, rod, sign_picture, tree
from .vehicle_mesh import build_vehicle

BEIJING = timezone(timedelta(hours=8))
BAY, DEPTH = 2.6, 5.4
ROW_Y = 19.0
FIRST_X = -9.1
NO_PARKING = (-0.6, 8.1, 4.8, 14.8)


def _paint(low: tuple[float, float], high: tuple[float, float], scale: float, rng: np.random.Generator) -> Ground:
    """Asphalt with bays, a hatched no-parking box, a walkway."""
    ground = Ground(low, high, scale, rng)
    west, east, south, north = low[0], high[0], low[1], high[1]
    ground.asphalt([(west, south), (east, south), (east, north), (west, north)], 0.40)
    ground.paving([(west, 25.2), (east, 25.2), (east, 29.0), (west, 29.0)], (0.52, 0.50, 0.47), (0.5, 0.25))
    ground.grass([(west, 29.0), (east, 29.0), (east, 31.0), (west, 31.0)])
    ground.patches([(-6.5, 9.0, -3.0, 13.0)])
    ground.wear_tracks([(west, 13.4), (east, 13.4)], 1.2, 0.08)
    ground.stains(110, ((west, south), (east, 25)))
    ground.cracks(24, ((west, south), (east, 25)))
    for index in range(10):
        x = FIRST_X + index * BAY
        ground.line([(x, ROW_Y), (x, ROW_Y + DEPTH)], 0.11, WHITE, 0.45)
        if index < 9:
            ground.text(f"A{index + 11}", (x + BAY / 2, ROW_Y + 0.75), (0.7, 0.55), WHITE, 0.5)
    ground.line([(FIRST_X, ROW_Y + DEPTH), (FIRST_X + 9 * BAY, ROW_Y + DEPTH)], 0.11, WHITE, 0.45)
    x0, y0, x1, y1 = NO_PARKING
    outline = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    for offset in np.arange(-6.0, 6.0, 0.9):
        a, b = max(0.0, -offset), min(x1 - x0, y1 - y0 - offset)
        if b > a:
            ground.line([(x0 + a, y0 + a + offset), (x0 + b, y0 + b + offset)], 0.10, YELLOW, 0.4)
    ground.line(outline, 0.15, YELLOW, 0.3)
    ground.text("禁 停", ((x0 + x1) / 2, (y0 + y1) / 2), (2.6, 1.7), YELLOW, 0.35)
    return ground


def _props(rng: np.random.Generator) -> list[Prop]:
    near_mesh, near = _paint((-16, 3), (18, 32), 46, rng).finished()
    far_mesh, far = _paint((-50, 0), (50, 80), 8, rng).finished()
    far_mesh.vertices[:, 2] = -0.03
    solid = [kerb((-16, 25.2), (18, 25.2)), lamp_post(-11.0, 25.8, 7.0, 1.2), lamp_post(12.5, 25.8, 7.0, -1.2)]
    for index in range(9):
        x = FIRST_X + (index + 0.5) * BAY
        solid += [
            rod((x - 0.8, ROW_Y + DEPTH - 0.7, 0.07), (x + 0.8, ROW_Y + DEPTH - 0.7, 0.07), 0.07, (0.55, 0.42, 0.05))
        ]
    solid += [bollard(x, 18.3) for x in (5.4, 6.6)]
    solid += [rod((5.1, 15.6, 0), (5.1, 15.6, 2.6), 0.04, (0.5, 0.5, 0.5))]
    crowns = []
    for x in (-13, -7.5, -2.0, 3.6, 9.0, 14.5):
        trunk, leaves = tree(x + float(rng.uniform(-0.4, 0.4)), 27.6, 6.6 + float(rng.uniform(-0.5, 0.8)), rng)
        solid.append(trunk)
        crowns.append(leaves)
    trunk, leaves = tree(-13.5, 11.5, 7.5, rng)
    solid.append(trunk)
    crowns += [leaves, hedge((-16, 29.4, 0), (18, 30.4, 0.9), rng)]
    sign = sign_picture("禁止停车\n消防通道", (300, 220), (196, 24, 28), (250, 250, 250), 8)
    props = [
        Prop(near_mesh, near, detail=0.85),
        Prop(far_mesh, far, detail=0.5),
        Prop(merged(solid)),
        Prop(merged(crowns), leaf_texture(rng), cutout=True),
    ]
    props.append(Prop(board((5.1, 15.54, 2.1), 1.0, 0.74, -np.pi / 2), sign))
    props += house(
        (-34, 36),
        (0, 36),
        16,
        10,
        FacadeStyle((0.68, 0.62, 0.54), shops=("物业中心", "社区超市", "快递驿站", "药房", "面馆")),
        rng,
    )
    props += house((3, 37), (40, 37), 16, 10, FacadeStyle((0.58, 0.60, 0.62), bay=3.6), rng)
    props.append(Prop(plane((-150, -60), (150, 200), -0.1, (0.2, 0.2, 0.19))))
    return props


def _parked() -> list[Actor]:
    """Cars in the bays: bay, nose out or in, shape, paint, plate."""
    bays = [
        (0, True, "suv", "grey", "晋A8N527", "blue"),
        (1, True, "hatch", "white", "琼AD50637", "green_small"),
        (3, False, "sedan", "blue", "赣E3C914", "blue"),
        (4, True, "sedan", "black", "津B6T280", "blue"),
        (6, True, "van", "silver", "贵C9F453", "blue"),
        (7, False, "suv", "red", "桂D2V768", "blue"),
    ]
    actors: list[Actor] = []
    for identity, (bay, nose_out, shape, paint, text, kind) in enumerate(bays, start=1):
        x, y = FIRST_X + (bay + 0.5) * BAY, ROW_Y + DEPTH / 2
        spot = Route.standing((x, y), -np.pi / 2 if nose_out else np.pi / 2)
        plate = Plate(text, kind)
        actors.append(VehicleActor(identity, spot, build_vehicle(shape, PAINTS[paint], plate, plate), paint))
    return actors


def _moving() -> list[Actor]:
    """The driver who stops in the hatched box, the loiterer, and people who just walk by."""
    plate = Plate("云A4Z673", "blue")
    way = [(-17, 13.0), (-9, 13.3), (-4.2, 13.5), (-0.9, 13.2), (1.2, 12.1), (2.15, 10.4)]
    length = Route(way, [(0, 0), (1, 1)]).length
    stop = length
    arrive = Route(way, [(0.6, 0), (2.6, 9.0), (4.6, 16.5), (6.6, stop - 0.4), (7.6, stop)], stays=True)
    white = build_vehicle("sedan", PAINTS["white"], plate, plate)
    pacing = Look(height=1.74, top=(0.05, 0.055, 0.065), trousers=(0.10, 0.11, 0.15), cap=(0.25, 0.05, 0.04))
    area = [(-5.4, 15.5), (-3.1, 15.7), (-1.7, 16.5), (-3.2, 17.1), (-5.2, 16.7), (-5.7, 15.8)]
    area += [(-3.9, 15.4), (-2.0, 15.9), (-2.4, 17.0), (-4.6, 17.2), (-5.5, 16.3), (-3.8, 15.5), (-1.9, 16.2)]
    loop = Route(area, [(0, 0), (1, 1)]).length
    pace = [
        (0.0, 0),
        (5.0, loop * 0.2),
        (6.6, loop * 0.2 + 0.05),
        (12.0, loop * 0.43),
        (13.5, loop * 0.43 + 0.05),
        (26.0, loop),
    ]
    shopper = Look(
        height=1.62, top=(0.45, 0.35, 0.12), trousers=(0.12, 0.13, 0.18), long_hair=True, bag=(0.6, 0.6, 0.58)
    )
    walker = Look(height=1.76, top=(0.35, 0.4, 0.46), trousers=(0.09, 0.08, 0.06), sleeves_long=False)
    return [
        VehicleActor(7, arrive, white, "white"),
        PersonActor(8, Route(area, pace), pacing, "black"),
        PersonActor(9, steady((15, 26.6), (-15, 26.2), 1.0, 1.25), shopper, "yellow", 0.2),
        PersonActor(10, steady((-14, 27.4), (15, 27.0), 4.0, 1.35), walker, "blue", 0.6),
    ]


def car_park_scene(rng: np.random.Generator) -> Scene:
    """The scene of car_park.mp4."""
    lighting = Lighting(
        sun_towards=(-0.55, -0.45, 0.62),
        sun_colour=(2.6, 2.45, 2.2),
        sky_colour=(0.68, 0.76, 0.92),
        bounce_colour=(0.28, 0.27, 0.25),
        horizon_colour=(0.98, 1.0, 1.04),
        exposure=0.60,
        saturation=0.88,
    )
    x0, y0, x1, y1 = NO_PARKING
    return Scene(
        name="car_park",
        camera_name="天网-19 锦绣小区 地面停车场",
        camera=CameraView(1920, 1080, 2450, (1.8, 0.0, 4.6), -8.0, 18.4),
        lighting=lighting,
        props=_props(rng),
        actors=[*_parked(), *_moving()],
        seconds=22.0,
        start=datetime(2026, 4, 18, 10, 5, 41, tzinfo=BEIJING),
        look=SensorLook(blur=0.45, noise=1.4, chroma_noise=0.7),
        bit_rate=1_340_000,
        name_above=True,
        shadow_centre=(0.0, 19.0, 0.0),
        shadow_half=28.0,
        zones={
            "no_parking": ((x0, y0 - 0.6), (x1, y0 - 0.6), (x1, y1), (x0, y1)),
            "parking_row": ((-6.4, 14.4), (-0.4, 14.4), (-0.4, 18.2), (-6.4, 18.2)),
        },
        rules=(Rule("stopped_vehicle", "no_parking", ("car",)), Rule("loitering", "parking_row", ("person",))),
    )
