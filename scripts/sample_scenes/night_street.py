"""Clip 3: a side street at night under sodium and LED lamps, head lights, and someone who crosses the road."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np

from .actors import Actor, LampUse, PersonActor, Ride, RiderActor, VehicleActor
from .camera_look import SensorLook
from .camera_view import CameraView
from .facade_art import FacadeStyle, house
from .ground_art import YELLOW, Ground
from .lighting import Lamp, Lighting
from .mesh import merged
from .motion import Route, steady
from .palette import PAINTS
from .pedestrian import Look
from .plate_art import Plate
from .scene import VEHICLES, Line, Rule, Scene
from .scenery import Prop, kerb, lamp_post, leaf_texture, plane, tree
from .two_wheeler import scooter
from .vehicle_mesh import build_vehicle

BEIJING = timezone(timedelta(hours=8))
EDGE = 4.2
SODIUM = (1.0, 0.62, 0.26)
LED = (0.92, 0.97, 1.0)
LAMPS = ((-5.2, 14.0, LED), (5.2, 31.0, SODIUM), (-5.2, 48.0, SODIUM), (5.2, 66.0, SODIUM))


def _paint(low: tuple[float, float], high: tuple[float, float], scale: float, rng: np.random.Generator) -> Ground:
    ground = Ground(low, high, scale, rng)
    south, north = low[1], high[1]
    for side in (-1, 1):
        ground.paving(
            [(side * EDGE, south), (side * 40, south), (side * 40, north), (side * EDGE, north)],
            (0.44, 0.42, 0.40),
            (0.3, 0.15),
        )
    ground.asphalt([(-EDGE, south), (EDGE, south), (EDGE, north), (-EDGE, north)], 0.31)
    ground.patches([(0.6, 16.0, 3.0, 21.0), (-3.4, 30.0, -1.2, 34.0)])
    for lane in (-2.0, 2.0):
        for track in (-0.75, 0.75):
            ground.wear_tracks([(lane + track, south), (lane + track, north)], 0.5, 0.12)
    ground.stains(90, ((-4, south), (4, north)))
    ground.cracks(20, ((-4, south), (4, min(60.0, north))))
    ground.dashes(0.0, south, north, 4.0, 4.0, wear=0.45)
    for side in (-1, 1):
        ground.line([(side * 3.9, south), (side * 3.9, north)], 0.12, YELLOW, 0.5)
    stripes = [[(x, 18.0), (x + 0.45, 18.0), (x + 0.45, 21.5), (x, 21.5)] for x in np.arange(-3.7, 3.6, 0.95)]
    ground.shapes([[(float(px), py) for px, py in stripe] for stripe in stripes], wear=0.5)
    return ground


def _props(rng: np.random.Generator) -> list[Prop]:
    near_mesh, near = _paint((-12, 4), (12, 60), 40, rng).finished()
    far_mesh, far = _paint((-40, 0), (40, 140), 10, rng).finished()
    far_mesh.vertices[:, 2] = -0.03
    solid = [kerb((side * EDGE, 3), (side * EDGE, 80)) for side in (-1, 1)]
    solid += [lamp_post(x * 1.02, y, 7.0, -1.3 if x > 0 else 1.3, lit=9.0) for x, y, _ in LAMPS]
    crowns = []
    for y in (20.0, 27.0, 38.0, 44.5, 56.0, 63.0):
        for side in (-1, 1):
            trunk, leaves = tree(
                side * 5.7, y + float(rng.uniform(-1, 1)), 6.2 + float(rng.uniform(-0.5, 0.9)), rng, 420
            )
            solid.append(trunk)
            crowns.append(leaves)
    props = [Prop(near_mesh, near, detail=0.8), Prop(far_mesh, far, detail=0.5)]
    props += [Prop(merged(solid)), Prop(merged(crowns), leaf_texture(rng), cutout=True)]
    shops = (("老街火锅", "烟酒茶", "手机维修", "理发店"), ("夜宵烧烤", "便利店 24H", "水果", "洗衣店"))
    for side, names in zip((-1, 1), shops, strict=True):
        for index in range(3):
            y0 = 10 + index * 24
            style = FacadeStyle(
                tuple(rng.uniform(0.35, 0.6, 3)),
                lit=0.3,
                shops=names if index < 2 else (),
                shop_glow=0.34 if (index + side) % 2 else 0.0,
            )
            front = ((9.5, y0 + 22), (9.5, y0)) if side > 0 else ((-9.5, y0), (-9.5, y0 + 22))
            props += house(front[0], front[1], 13, 9, style, rng, (0.12, 0.11, 0.1))
    props += house((-40, 112), (40, 112), 26, 10, FacadeStyle((0.5, 0.5, 0.52), lit=0.35), rng)
    props.append(Prop(plane((-200, -50), (200, 260), -0.1, (0.1, 0.1, 0.1))))
    return props


def _actors() -> list[Actor]:
    """Cars both ways with lights, a scooter, a walker on the pavement, and one person crossing."""
    white = LampUse(head=42.0, tail=1.6, brake=6.0, beam=(26.0, 25.0, 23.0))
    warm = LampUse(head=32.0, tail=1.6, brake=6.0, beam=(22.0, 18.5, 13.5))
    traffic = [
        (1, "sedan", "silver", "黑A7D652", "blue", steady((-2.0, 88), (-2.0, -2), 0.5, 9.2), white),
        (2, "suv", "black", "吉B3K809", "blue", steady((2.0, 0), (2.0, 90), 2.2, 8.4), warm),
        (3, "van", "white", "蒙D5H318", "blue", steady((-2.0, 88), (-2.0, -2), 8.5, 9.0), warm),
        (
            4,
            "hatch",
            "teal",
            "青AD26719",
            "green_small",
            Route([(-2.0, 88), (-2.0, -2)], [(15.5, 0), (20.5, 46), (22.8, 58), (26.5, 70), (30.5, 90)]),
            white,
        ),
        (5, "sedan", "red", "宁C2R946", "blue", steady((2.0, 0), (2.0, 90), 12.4, 9.2), white),
    ]
    actors: list[Actor] = []
    for identity, shape, paint, text, kind, route, lamps in traffic:
        plate = Plate(text, kind)
        actors.append(VehicleActor(identity, route, build_vehicle(shape, PAINTS[paint], plate, plate), paint, lamps))
    crosser = Look(height=1.72, top=(0.42, 0.42, 0.38), trousers=(0.05, 0.06, 0.1), bag=(0.3, 0.28, 0.25))
    walker = Look(height=1.63, top=(0.42, 0.16, 0.14), trousers=(0.06, 0.06, 0.07), long_hair=True)
    courier = Look(height=1.74, top=(0.08, 0.22, 0.5), trousers=(0.03, 0.03, 0.04), helmet=(0.1, 0.3, 0.6))
    cross = Route(
        [(6.8, 24.0), (5.0, 20.4), (3.6, 19.7), (-3.8, 19.6), (-5.2, 19.2), (-5.6, 10)],
        [(16.6, 0), (19.6, 4.2), (21.2, 6.0), (27.4, 14.0), (34.0, 24.0)],
    )
    actors.append(PersonActor(6, cross, crosser, "grey"))
    actors.append(PersonActor(7, steady((-5.0, 7.5), (-5.1, 40), 1.0, 1.2), walker, "red", 0.4))
    actors.append(
        RiderActor(
            8, steady((3.3, 2), (3.3, 70), 7.4, 6.4), Ride(scooter((0.1, 0.1, 0.12)), courier), "motorcycle", "black"
        )
    )
    return actors


def night_street_scene(rng: np.random.Generator) -> Scene:
    """The scene of night_street.mp4."""
    lamps = tuple(Lamp((x - 1.3 * np.sign(x), y, 7.1), tuple(v * 62 for v in colour), 1.5) for x, y, colour in LAMPS)
    lighting = Lighting(
        sun_towards=(-0.62, 0.25, 0.74),
        sun_colour=(0.055, 0.052, 0.045),
        sky_colour=(0.030, 0.034, 0.045),
        bounce_colour=(0.018, 0.015, 0.012),
        horizon_colour=(0.035, 0.032, 0.036),
        haze_density=0.003,
        exposure=2.1,
        lamps=lamps,
        head_glow=1.1,
        bloom=0.6,
        saturation=0.72,
    )
    return Scene(
        name="night_street",
        camera_name="天网-12 老街北口",
        camera=CameraView(1280, 720, 1650, (3.6, 0.0, 5.4), -7.0, 15.5),
        lighting=lighting,
        props=_props(rng),
        actors=_actors(),
        seconds=30.0,
        start=datetime(2026, 3, 6, 23, 41, 17, tzinfo=BEIJING),
        look=SensorLook(blur=0.7, noise=3.8, chroma_noise=2.0, grain=0.85),
        bit_rate=980_000,
        shadow_centre=(0.0, 30.0, 0.0),
        shadow_half=40.0,
        zones={"carriageway": ((-EDGE, 6.0), (EDGE, 6.0), (EDGE, 60.0), (-EDGE, 60.0))},
        lines={"street_line": Line((-EDGE, 17.0), (EDGE, 17.0))},
        rules=(Rule("zone_entry", "carriageway", ("person",)), Rule("line_crossing", "street_line", VEHICLES)),
    )
