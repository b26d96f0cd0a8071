"""Clip 1: a city road by day, two directions, correct plates of many provinces, one driver on the wrong side."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np

from .actors import Actor, Ride, RiderActor, VehicleActor
from .camera_look import SensorLook
from .camera_view import CameraView
from .facade_art import FacadeStyle, house
from .ground_art import YELLOW, Ground
from .lighting import Lighting
from .mesh import merged
from .motion import Route, steady
from .palette import PAINTS
from .pedestrian import Look
from .plate_art import Plate
from .scene import VEHICLES, Lane, Line, Rule, Scene
from .scenery import Prop, hedge, kerb, lamp_post, leaf_texture, plane, railing, tree
from .two_wheeler import bicycle, scooter
from .vehicle_mesh import build_vehicle

INNER, OUTER = 1.75, 5.15
EDGE = 7.9
BEIJING = timezone(timedelta(hours=8))


def _paint(low: tuple[float, float], high: tuple[float, float], scale: float, rng: np.random.Generator) -> Ground:
    """The carriageway, its markings, and the pavements beside it."""
    ground = Ground(low, high, scale, rng)
    south, north = low[1], high[1]
    for side in (-1, 1):
        ground.paving(
            [(side * EDGE, south), (side * 60, south), (side * 60, north), (side * EDGE, north)],
            (0.50, 0.47, 0.44),
            (0.5, 0.25),
        )
        ground.grass([(side * 12.2, south), (side * 14.0, south), (side * 14.0, north), (side * 12.2, north)])
    ground.asphalt([(-EDGE, south), (EDGE, south), (EDGE, north), (-EDGE, north)], 0.37)
    ground.patches([(0.4, 12.0, 3.1, 15.5), (-6.6, 24.0, -4.0, 33.0), (3.7, 38.0, 6.4, 41.0)])
    for lane in (-OUTER, -INNER, INNER, OUTER):
        for track in (-0.75, 0.75):
            ground.wear_tracks([(lane + track, south), (lane + track, north)], 0.5, 0.10)
        ground.wear_tracks([(lane, south), (lane, north)], 0.45, 0.07)
    ground.stains(160, ((-7.5, south), (7.5, north)))
    ground.cracks(26, ((-7.5, south), (7.5, min(north, 60))))
    for x in (-0.14, 0.14):
        ground.line([(x, south), (x, north)], 0.13, YELLOW, 0.25)
    for x in (-3.45, 3.45):
        ground.dashes(x, south, north, 4.0, 6.0)
    for side in (-1, 1):
        ground.line([(side * 7.45, south), (side * 7.45, north)], 0.15)
    for y in (27.0, 52.0):
        for x in (INNER, OUTER):
            ground.arrow(x, y, 4.5, 1)
            ground.arrow(-x, y - 6, 4.5, -1)
    return ground


def _props(rng: np.random.Generator) -> list[Prop]:
    """The street."""
    near_mesh, near = _paint((-15, 3), (15, 66), 52, rng).finished()
    far_mesh, far = _paint((-50, 0), (50, 150), 12, rng).finished()
    far_mesh.vertices[:, 2] = -0.03
    props = [Prop(near_mesh, near, detail=0.85), Prop(far_mesh, far, detail=0.5)]
    solid = [kerb((side * EDGE, 0), (side * EDGE, 100)) for side in (-1, 1)]
    leaf = leaf_texture(rng)
    crowns = []
    for y in (11.0, 19.5, 28.0, 36.5, 45.0, 53.5, 62.0, 72.0, 84.0):
        for side in (-1, 1):
            at = (side * (9.6 + rng.uniform(-0.2, 0.2)), y + float(rng.uniform(-0.8, 0.8)))
            trunk, leaves = tree(*at, 7.2 + float(rng.uniform(-0.5, 0.9)), rng)
            solid.append(trunk)
            crowns.append(leaves)
    crowns += [hedge((side * 13.1 - 0.6, 6, 0), (side * 13.1 + 0.6, 95, 0.85), rng) for side in (-1, 1)]
    solid += [lamp_post(side * 8.7, y, 8.5, -side * 1.8) for side, y in ((1, 24), (-1, 40), (1, 57), (-1, 75))]
    solid += [railing((side * 8.15, 20), (side * 8.15, 88), 0.9) for side in (1,)]
    props += [Prop(merged(solid)), Prop(merged(crowns), leaf, cutout=True)]
    names = ("东风面馆", "便民超市", "五金建材", "文具打印", "大众药房", "水果鲜花")
    for side in (-1, 1):
        for index in range(4):
            y0 = 14 + index * 24
            style = FacadeStyle(tuple(rng.uniform(0.45, 0.72, 3)), shops=tuple(rng.permutation(names)[:4]))
            ends = ((side * 19, y0), (side * 19, y0 + 22)) if side > 0 else ((side * 19, y0 + 22), (side * 19, y0))
            front = (ends[1], ends[0])
            props += house(front[0], front[1], 15, 10, style, rng)
    props += house((-40, 118), (40, 118), 24, 12, FacadeStyle((0.6, 0.6, 0.62)), rng)
    props.append(Prop(plane((-200, -50), (200, 300), -0.1, (0.2, 0.2, 0.19))))
    return props


def _vehicles() -> list[Actor]:
    """Traffic: identity, shape, paint, plate text and kind, lane, start time, speed."""
    towards = [
        (1, "sedan", "white", "皖A52K86", "blue", -INNER, -4.6, 8.6),
        (2, "suv", "black", "苏E7P309", "blue", -OUTER, -2.0, 8.2),
        (3, "hatch", "teal", "沪AD07316", "green_small", -INNER, -0.6, 8.4),
        (4, "bus", "bus_green", "鲁B52017", "yellow", -OUTER, 3.0, 7.6),
        (5, "sedan", "silver", "粤B3Q91X", "blue", -INNER, 3.6, 8.8),
        (6, "truck", "blue", "冀J60825", "yellow", -INNER, 8.2, 7.6),
        (7, "sedan", "red", "浙C8L265", "blue", -OUTER, 11.4, 9.0),
        (8, "suv", "grey", "京N6F730", "blue", -INNER, 13.2, 8.6),
        (9, "sedan", "white", "渝AF51928", "green_small", -INNER, 17.6, 8.8),
        (10, "suv", "brown", "川G2T648", "blue", -OUTER, 19.5, 8.6),
    ]
    away = [
        (11, "sedan", "grey", "鄂A9H372", "blue", INNER, -1.5, 8.8),
        (12, "van", "white", "豫K4M557", "blue", INNER, 4.4, 8.2),
        (13, "suv", "white", "湘AD39047", "green_small", INNER, 9.6, 8.8),
        (14, "hatch", "yellow", "陕AF26813", "green_small", INNER, 14.2, 8.6),
        (15, "sedan", "blue", "闽D1S604", "blue", INNER, 19.6, 9.0),
    ]
    actors: list[Actor] = []
    for identity, shape, paint, text, kind, x, begin, speed in towards:
        route = steady((x, 66), (x * 1.0, -4), begin, speed)
        actors.append(_vehicle(identity, shape, paint, text, kind, route))
    for identity, shape, paint, text, kind, x, begin, speed in away:
        actors.append(_vehicle(identity, shape, paint, text, kind, steady((x, -3), (x, 90), begin, speed)))
    wrong = Route([(4.2, 74), (4.6, 40), (4.7, 20), (4.5, -4)], [(15.5, 0), (25.5, 78)])
    actors.append(_vehicle(16, "sedan", "black", "辽B7V183", "blue", wrong))
    return actors


def _vehicle(identity: int, shape: str, paint: str, text: str, kind: str, route: Route) -> VehicleActor:
    rear = Plate(text, kind, two_rows=kind == "yellow")
    return VehicleActor(identity, route, build_vehicle(shape, PAINTS[paint], Plate(text, kind), rear), paint)


def _riders() -> list[Actor]:
    """A scooter each way and a bicycle at the edge."""
    helmet = Look(top=(0.32, 0.05, 0.04), trousers=(0.05, 0.06, 0.09), helmet=(0.7, 0.7, 0.72))
    courier = Look(height=1.74, top=(0.62, 0.36, 0.02), trousers=(0.03, 0.03, 0.04), helmet=(0.6, 0.38, 0.02))
    cyclist = Look(height=1.66, top=(0.25, 0.32, 0.42), trousers=(0.08, 0.07, 0.06), long_hair=True)
    plate = Plate("皖A61273", "yellow", motorcycle=True)
    return [
        RiderActor(
            17, steady((-6.7, 60), (-6.6, -2), 0.2, 6.6), Ride(scooter((0.5, 0.02, 0.02)), helmet), "motorcycle", "red"
        ),
        RiderActor(
            18,
            steady((5.6, 0), (5.9, 80), 7.2, 7.2),
            Ride(scooter((0.03, 0.03, 0.04)), courier, plate),
            "motorcycle",
            "black",
        ),
        RiderActor(
            19, steady((6.9, 2), (6.9, 60), 11.5, 4.2), Ride(bicycle((0.05, 0.2, 0.35)), cyclist), "bicycle", "blue"
        ),
    ]


def road_scene(rng: np.random.Generator) -> Scene:
    """The scene of road.mp4."""
    lighting = Lighting(
        sun_towards=(0.62, -0.38, 0.72),
        sun_colour=(2.9, 2.65, 2.25),
        sky_colour=(0.62, 0.72, 0.92),
        bounce_colour=(0.26, 0.25, 0.22),
        horizon_colour=(0.95, 1.0, 1.05),
        exposure=0.62,
        saturation=0.92,
    )
    return Scene(
        name="road",
        camera_name="天网-01 滨河路 卡口",
        camera=CameraView(1920, 1080, 2250, (0.0, 0.0, 4.6), 0.0, 18.5),
        lighting=lighting,
        props=_props(rng),
        actors=[*_vehicles(), *_riders()],
        seconds=26.0,
        start=datetime(2026, 5, 14, 16, 32, 8, tzinfo=BEIJING),
        look=SensorLook(blur=0.45, noise=1.4, chroma_noise=0.7),
        bit_rate=1_180_000,
        name_above=True,
        lettering=0.028,
        shadow_centre=(0.0, 34.0, 0.0),
        shadow_half=42.0,
        lines={"count_line": Line((-7.6, 15.0), (7.6, 15.0))},
        lanes={
            "southbound": Lane(((-7.6, 4.0), (-0.1, 4.0), (-0.1, 60.0), (-7.6, 60.0)), (0.0, -1.0)),
            "northbound": Lane(((0.1, 4.0), (7.6, 4.0), (7.6, 60.0), (0.1, 60.0)), (0.0, 1.0)),
        },
        rules=(
            Rule("line_crossing", "count_line", (*VEHICLES, "bicycle")),
            Rule("wrong_way", "southbound", VEHICLES),
            Rule("wrong_way", "northbound", VEHICLES),
        ),
    )
