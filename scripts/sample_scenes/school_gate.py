"""Clip 2: a school gate in the last light of a long northern evening; after ten someone goes in."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import numpy.typing as npt

from .actors import Actor, PersonActor, Ride, RiderActor
from .camera_look import SensorLook
from .camera_view import CameraView
from .facade_art import FacadeStyle, house
from .ground_art import YELLOW, Ground
from .lighting import Lamp, Lighting
from .mesh import Mesh, box, merged, rod, superellipsoid
from .motion import Route, steady
from .pedestrian import Look
from .scene import Line, Rule, Scene
from .scenery import (
    Prop,
    board,
    bollard,
    hedge,
    kerb,
    lamp_post,
    leaf_texture,
    plane,
    railing,
    round_sign,
    sign_picture,
    tree,
)
from .two_wheeler import bicycle

BEIJING = timezone(timedelta(hours=8))
WALL_Y = 17.0
GATE = (-3.4, 3.4)
WARM = (1.0, 0.86, 0.62)


def _paint(low: tuple[float, float], high: tuple[float, float], scale: float, rng: np.random.Generator) -> Ground:
    """Road in front, pavement, the gate's apron, the yard behind."""
    ground = Ground(low, high, scale, rng)
    west, east, south, north = low[0], high[0], low[1], high[1]
    ground.paving([(west, south), (east, south), (east, north), (west, north)], (0.49, 0.47, 0.45), (0.4, 0.2))
    ground.asphalt([(west, south), (east, south), (east, 8.6), (west, 8.6)], 0.36)
    ground.paving([(-4.5, 8.6), (4.5, 8.6), (4.5, 60), (-4.5, 60)], (0.46, 0.41, 0.38), (0.6, 0.6))
    ground.asphalt([(-9, 24), (9, 24), (9, 60), (-9, 60)], 0.42)
    ground.stains(40, ((west, south), (east, 24)))
    ground.cracks(12, ((west, south), (east, 8.5)))
    ground.line([(west, 8.3), (east, 8.3)], 0.12, YELLOW, 0.35)
    stripes = [[(x, 2.6), (x + 0.45, 2.6), (x + 0.45, 7.6), (x, 7.6)] for x in np.arange(-3.4, 3.4, 0.95)]
    ground.shapes([[(float(px), py) for px, py in stripe] for stripe in stripes], wear=0.4)
    box_lines = [[(x, 9.0), (x + 0.18, 9.0), (x + 1.6, 12.6), (x + 1.42, 12.6)] for x in np.arange(-3.4, 2.0, 0.8)]
    ground.shapes([[(float(px), py) for px, py in line] for line in box_lines], YELLOW, 0.5)
    ground.line([(-3.5, 9.0), (3.5, 9.0), (3.5, 12.7), (-3.5, 12.7), (-3.5, 9.0)], 0.14, YELLOW, 0.4)
    return ground


def _gate() -> Mesh:
    """Gate posts, guard house, an open folding gate, flag pole."""
    brick, stone = (0.26, 0.13, 0.10), (0.45, 0.43, 0.40)
    parts = []
    for x0, x1 in ((-15.0, -9.4), (4.4, 22.0)):
        parts += [
            box((x0, WALL_Y - 0.15, 0), (x1, WALL_Y + 0.15, 2.1), brick),
            box((x0, WALL_Y - 0.2, 2.1), (x1, WALL_Y + 0.2, 2.25), stone),
        ]
    for x in (-3.9, 3.9):
        parts += [
            box((x - 0.5, WALL_Y - 0.5, 0), (x + 0.5, WALL_Y + 0.5, 3.3), stone),
            box((x - 0.6, WALL_Y - 0.6, 3.3), (x + 0.6, WALL_Y + 0.6, 3.5), brick),
        ]
    for x in np.arange(5.0, 22.0, 3.0):
        parts.append(box((x - 0.25, WALL_Y - 0.25, 0), (x + 0.25, WALL_Y + 0.25, 2.5), stone))
    parts += [
        box((-9.4, WALL_Y - 1.2, 0), (-4.6, WALL_Y + 2.2, 3.0), (0.55, 0.54, 0.50)),
        box((-9.7, WALL_Y - 1.5, 3.0), (-4.3, WALL_Y + 2.5, 3.25), stone),
    ]
    steel = (0.5, 0.51, 0.52)
    for x in np.arange(1.5, 3.4, 0.22):
        parts += [
            rod((x, WALL_Y - 0.2, 0.1), (x, WALL_Y - 0.2, 1.5), 0.02, steel),
            rod((x, WALL_Y - 0.2, 0.15), (x + 0.2, WALL_Y - 0.2, 1.4), 0.012, steel),
        ]
    parts.append(rod((7.5, 26, 0), (7.5, 26, 11), 0.06, (0.6, 0.6, 0.62)))
    return merged(parts)


def _lit_pane(width: int, height: int, panes: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """A window with a lamp behind it: brighter above, furniture below, frames between; albedo and mask."""
    rows = np.linspace(1.0, 0.45, height)[:, None, None]
    picture = (rows * np.array((250, 222, 170)) * np.ones((1, width, 1))).astype(np.uint8)
    for left, top, right in ((0.08, 0.62, 0.30), (0.36, 0.74, 0.62), (0.70, 0.5, 0.82)):
        picture[round(top * height) :, round(left * width) : round(right * width)] = (92, 74, 58)
    frame = np.zeros((height, width), dtype=bool)
    for x in np.linspace(0, width - 5, panes + 1).astype(int):
        frame[:, x : x + 5] = True
    frame[:5] = frame[-5:] = True
    picture[frame] = (96, 100, 104)
    mask = np.zeros((height, width, 4), dtype=np.uint8)
    mask[...] = (0, 120, 170, 0)
    mask[frame] = (0, 60, 0, 0)
    return picture, mask


def _signs() -> list[Prop]:
    """The school's name, the lit guard-house window, a no-honking sign and a notice."""
    name = sign_picture("新\n苗\n小\n学", (240, 880), (128, 100, 48), (250, 240, 205), 10)
    window = sign_picture("值 班 室", (420, 70), (30, 70, 130), (245, 245, 245), 0)
    notice = sign_picture("校门关闭\n22:00-6:00\n禁止入内", (420, 300), (240, 240, 236), (190, 20, 20), 8)
    glow = np.zeros((4, 4, 4), dtype=np.uint8)
    glow[...] = (0, 0, 60, 0)
    south = -np.pi / 2
    return [
        Prop(board((-3.9, WALL_Y - 0.52, 1.75), 0.56, 2.1, south), name, glow),
        Prop(board((-7.0, WALL_Y - 1.52, 2.75), 3.0, 0.42, south), window, glow),
        Prop(board((-7.0, WALL_Y - 1.21, 1.65), 2.6, 1.1, south), *_lit_pane(260, 110, 3)),
        Prop(board((5.6, WALL_Y - 0.3, 1.45), 1.4, 1.0, south), notice, glow),
        Prop(board((6.2, 9.4, 2.4), 0.6, 0.6, south), round_sign("禁鸣"), cutout=True),
    ]


def _props(rng: np.random.Generator) -> list[Prop]:
    mesh, near = _paint((-18, 1), (22, 40), 40, rng).finished()
    solid = [
        _gate(),
        kerb((-18, 8.6), (-4.5, 8.6)),
        kerb((4.5, 8.6), (22, 8.6)),
        rod((6.2, 9.45, 0), (6.2, 9.45, 2.8), 0.04, (0.5, 0.5, 0.5)),
    ]
    solid += [bollard(float(x), 9.0) for x in (-3.9, -2.3, -0.8, 0.8, 2.3, 3.9)]
    solid += [lamp_post(-10.5, 9.6, 6.0, 1.4, lit=5.0), lamp_post(9.5, 9.6, 6.0, -1.4, lit=5.0)]
    solid += [
        railing((-17, 9.1), (-5.2, 9.1), 0.85),
        superellipsoid((4.9, 15.4, 0.45), (0.35, 0.35, 0.45), (0.05, 0.16, 0.10), 0.5),
    ]
    solid += [superellipsoid((x, WALL_Y, 3.75), (0.25, 0.25, 0.25), (1.0, 0.9, 0.7)) for x in (-3.9, 3.9)]
    crowns = []
    for x, y in ((-13, 12.5), (13, 12.8), (8.2, 20.5), (-12, 21), (15, 22), (18.5, 13)):
        trunk, leaves = tree(x, y, 6.4 + float(rng.uniform(-0.4, 1.2)), rng)
        solid.append(trunk)
        crowns.append(leaves)
    crowns.append(hedge((5.0, 15.7, 0), (21, 16.6, 0.7), rng))
    props = [
        Prop(mesh, near, detail=0.7),
        Prop(merged(solid)),
        Prop(merged(crowns), leaf_texture(rng), cutout=True),
        *_signs(),
    ]
    style = FacadeStyle((0.66, 0.55, 0.45), storey=3.4, bay=3.4, lit=0.22)
    props += house((-24, 36), (24, 36), 14, 10, style, rng)
    props.append(Prop(board((0.0, 35.9, 1.5), 4.4, 3.0, -np.pi / 2), *_lit_pane(220, 150, 4)))
    props.append(Prop(plane((-150, -50), (150, 200), -0.05, (0.16, 0.16, 0.155))))
    return props


def _people() -> list[Actor]:
    """Passers-by on the pavement, pupils with their parents, a cyclist; one person goes through the gate after ten."""
    red_scarf = Look(
        height=1.32,
        girth=0.95,
        top=(0.62, 0.63, 0.66),
        trousers=(0.03, 0.06, 0.22),
        backpack=(0.05, 0.16, 0.5),
        sleeves_long=False,
    )
    girl = Look(
        height=1.26,
        girth=0.92,
        top=(0.6, 0.12, 0.2),
        trousers=(0.05, 0.05, 0.16),
        backpack=(0.6, 0.2, 0.35),
        long_hair=True,
        skirt=True,
        sleeves_long=False,
    )
    mother = Look(
        height=1.63, top=(0.52, 0.42, 0.30), trousers=(0.10, 0.12, 0.2), long_hair=True, bag=(0.22, 0.10, 0.06)
    )
    father = Look(height=1.75, girth=1.08, top=(0.09, 0.16, 0.13), trousers=(0.06, 0.055, 0.05))
    teen = Look(
        height=1.58, girth=0.92, top=(0.55, 0.56, 0.6), trousers=(0.03, 0.04, 0.10), backpack=(0.04, 0.04, 0.045)
    )
    elder = Look(height=1.64, girth=1.1, top=(0.30, 0.28, 0.26), trousers=(0.09, 0.09, 0.1), cap=(0.2, 0.19, 0.17))
    late = Look(
        height=1.78,
        girth=1.02,
        top=(0.03, 0.03, 0.035),
        trousers=(0.05, 0.06, 0.10),
        backpack=(0.12, 0.04, 0.03),
        cap=(0.02, 0.02, 0.02),
    )
    rider = Look(height=1.7, top=(0.55, 0.5, 0.12), trousers=(0.05, 0.06, 0.09))
    entry = Route(
        [(13.5, 11.0), (7.5, 10.9), (3.6, 11.6), (0.9, 13.6), (0.3, 16.8), (0.2, 24.0), (0.2, 31)],
        [(9.5, 0), (30.0, 26.5)],
    )
    crossing = Route([(-1.6, 0.5), (-1.5, 7.6), (-4.9, 10.2), (-16, 11.0)], [(1.0, 0), (15.2, 20.5)])
    return [
        PersonActor(1, steady((-15, 10.6), (14, 10.4), -5.0, 1.12), mother, "beige"),
        PersonActor(2, steady((-15, 11.35), (14, 11.15), -5.1, 1.12), red_scarf, "white", 0.3),
        PersonActor(3, steady((12.6, 12.0), (-15, 12.35), -2.5, 1.25), father, "green", 0.1),
        PersonActor(4, steady((12.4, 11.3), (-15, 11.65), -2.5, 1.25), girl, "pink", 0.7),
        PersonActor(5, crossing, teen, "white", 0.5),
        PersonActor(6, steady((14, 9.7), (-15, 9.6), 13.5, 1.0), elder, "grey", 0.2),
        PersonActor(7, entry, late, "black", 0.6),
        RiderActor(
            8, steady((-14, 6.6), (15, 6.3), 5.0, 3.9), Ride(bicycle((0.02, 0.16, 0.12)), rider), "bicycle", "green"
        ),
    ]


def school_gate_scene(rng: np.random.Generator) -> Scene:
    """The scene of school_gate.mp4."""
    lamps = (
        Lamp((-8.9, 9.6, 6.1), tuple(v * 20 for v in WARM)),
        Lamp((7.9, 9.6, 6.1), tuple(v * 20 for v in WARM)),
        Lamp((-3.9, WALL_Y - 0.6, 4.0), tuple(v * 5 for v in WARM), 0.6),
        Lamp((3.9, WALL_Y - 0.6, 4.0), tuple(v * 5 for v in WARM), 0.6),
        Lamp((0.0, 25.0, 8.0), (10.0, 10.5, 11.0)),
        Lamp((0.0, 3.0, 8.0), tuple(v * 16 for v in WARM)),
    )
    lighting = Lighting(
        sun_towards=(0.62, -0.30, 0.72),
        sun_colour=(0.42, 0.38, 0.31),
        sun_spread=0.02,
        sky_colour=(0.15, 0.20, 0.32),
        bounce_colour=(0.05, 0.05, 0.055),
        horizon_colour=(0.22, 0.26, 0.36),
        haze_density=0.0012,
        exposure=1.6,
        lamps=lamps,
        head_glow=0.7,
        bloom=0.16,
        saturation=0.86,
    )
    return Scene(
        name="school_gate",
        camera_name="天网-07 新苗小学 正门",
        camera=CameraView(1280, 720, 1080, (1.6, -1.8, 5.0), -5.0, 17.0),
        lighting=lighting,
        props=_props(rng),
        actors=_people(),
        seconds=30.0,
        start=datetime(2026, 6, 22, 22, 9, 48, tzinfo=BEIJING),
        clock_from=datetime(2026, 6, 22, 22, 10, 0, tzinfo=BEIJING),
        look=SensorLook(blur=0.5, noise=2.6, chroma_noise=1.5, grain=0.7),
        bit_rate=950_000,
        shadow_centre=(0.0, 18.0, 0.0),
        shadow_half=30.0,
        zones={"gate": ((-3.3, 13.1), (3.3, 13.1), (3.3, 22.0), (-3.3, 22.0))},
        lines={"gate_line": Line((-3.3, WALL_Y), (3.3, WALL_Y))},
        rules=(Rule("zone_entry", "gate", ("person",)), Rule("line_crossing", "gate_line", ("person",))),
    )
