"""From a vehicle's profiles to its mesh: a smooth lofted body, wheels, mirrors, number plates."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from .car_paint import painted_skin
from .mesh import POSITION, UV, Colour, Mesh, box, grid_faces, lathe, merged, quad, superellipsoid, surface, translation
from .plate_art import Plate
from .vehicle_shape import SHAPES, Profile, VehicleShape
from .vehicle_skin import Skin

STATIONS = 64
END_STATIONS = 9


@dataclass(frozen=True)
class VehicleModel:
    """Everything a renderer needs: meshes in vehicle axes, textures, where wheels, lamps and plates are."""

    shape: VehicleShape
    body: Mesh
    wheel: Mesh
    albedo: npt.NDArray[np.uint8]
    mask: npt.NDArray[np.uint8]
    length: float
    width: float
    wheel_places: tuple[tuple[float, float, float], ...]
    head_lamps: tuple[tuple[float, float, float], ...]
    plates: tuple[tuple[Mesh, Plate], ...] = field(default=())


def _profile(points: Profile, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    places, values = np.array(points).T
    return np.asarray(PchipInterpolator(places, values)(np.clip(x, places[0], places[-1])))


def _spline_section(control: npt.NDArray[np.float64], samples: int) -> npt.NDArray[np.float64]:
    """Quadratic B-spline through a control polygon (n, stations, 2), open at both ends, to (samples, stations, 2)."""
    padded = np.concatenate([control[:1], control, control[-1:]])
    pieces = len(padded) - 2
    at = np.linspace(0, pieces - 1e-6, samples)
    index = at.astype(int)
    u = (at - index)[:, None, None]
    first, second, third = padded[index], padded[index + 1], padded[index + 2]
    return 0.5 * (1 - u) ** 2 * first + (0.5 + u * (1 - u)) * second + 0.5 * u**2 * third


def loft_body(shape: VehicleShape) -> Mesh:
    """The closed skin of a body, x forward."""
    half = shape.length / 2
    turn = np.linspace(0, np.pi / 2, END_STATIONS)
    bulge, shrink = np.sin(turn) ** (2 / shape.squareness), np.cos(turn) ** (2 / shape.squareness)
    rear_x, front_x = -half + shape.tail, half - shape.nose
    middle = np.linspace(rear_x, front_x, STATIONS)
    x = np.concatenate([rear_x - shape.tail * bulge[:0:-1], middle, front_x + shape.nose * bulge[1:]])
    closing = np.concatenate([shrink[:0:-1], np.ones(STATIONS), shrink[1:]])
    top, belt = _profile(shape.top, x), _profile(shape.belt, x)
    roof, side = _profile(shape.roof_half, x), _profile(shape.side_half, x)
    bottom = np.full_like(x, shape.bottom)
    rise = np.maximum(top - belt, 0.02)
    control = np.stack(
        [
            np.stack([np.zeros_like(x), bottom], axis=-1),
            np.stack([side * 0.90, bottom], axis=-1),
            np.stack([side * 0.975, bottom + 0.10], axis=-1),
            np.stack([side * 1.005, bottom + 0.5 * (belt - bottom)], axis=-1),
            np.stack([side * 0.995, belt - 0.10], axis=-1),
            np.stack([side * 0.965, belt + 0.01], axis=-1),
            np.stack([roof + 0.03 + 0.25 * (side - roof), belt + 0.68 * rise], axis=-1),
            np.stack([roof + 0.01, belt + 0.93 * rise], axis=-1),
            np.stack([roof * 0.86, top - 0.012], axis=-1),
            np.stack([roof * 0.45, top], axis=-1),
            np.stack([np.zeros_like(x), top + 0.004], axis=-1),
        ]
    )
    section = _spline_section(control, 40)
    section[..., 0] *= closing
    section[..., 1] = shape.end_centre + (section[..., 1] - shape.end_centre) * closing
    along = np.broadcast_to(x[None, :, None], (*section.shape[:2], 1))
    left = np.concatenate([along, section], axis=-1)
    right = left[-2:0:-1] * np.array([1, -1, 1])
    ring = np.concatenate([left, right]).transpose(1, 0, 2)
    faces = grid_faces(ring.shape[0], ring.shape[1], wrap=True)
    return surface(ring.reshape(-1, 3), faces, gloss=1.0)


def dressed(mesh: Mesh, skin: Skin, steep_cut: float) -> Mesh:
    """Give a body its skin: every triangle takes the view that it faces most."""
    corners = mesh.positions[mesh.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    steep = np.abs(normals[:, 0]) > steep_cut
    sideways = ~steep & (np.abs(normals[:, 1]) > np.abs(normals[:, 2]) * 0.75)
    choices = {
        "front": steep & (normals[:, 0] > 0),
        "rear": steep & (normals[:, 0] <= 0),
        "side": sideways,
        "top": ~steep & ~sideways,
    }
    parts = []
    for name, chosen in choices.items():
        if not chosen.any():
            continue
        used, inverse = np.unique(mesh.faces[chosen], return_inverse=True)
        vertices = mesh.vertices[used].copy()
        x, y, z = vertices[:, POSITION].T
        u, v = {"front": (y, z), "rear": (-y, z), "side": (x, z), "top": (x, y)}[name]
        vertices[:, UV] = skin.uv(name, u, v)
        parts.append(Mesh(vertices, inverse.reshape(-1, 3).astype(np.int32)))
    return merged(parts)


def plain(mesh: Mesh, skin: Skin) -> Mesh:
    """Keep the mesh's own colour, under a skin's textures."""
    middle = np.full(len(mesh.vertices), 0.05)
    return mesh.with_uv(skin.uv("plain", middle, middle))


def wheel_mesh(radius: float, skin: Skin, width: float = 0.21) -> Mesh:
    """A wheel about the y axis; its outer face looks to +y."""
    half = width / 2
    tyre = np.array([(-half, radius * 0.6), (-half, radius * 0.93), (-half * 0.7, radius), (half * 0.7, radius)])
    tyre = np.concatenate([tyre, [(half, radius * 0.94), (half * 1.02, radius * 0.74), (half * 0.9, radius * 0.68)]])
    rubber = plain(lathe(tyre[::-1], (0.018, 0.018, 0.019), 28, 0.12), skin)
    profile = np.array([(half * 0.86, 0.001), (half * 0.88, radius * 0.35), (half * 0.97, radius * 0.69)])
    rim = lathe(profile, (1, 1, 1), 28, 1.0)
    x, _, z = rim.positions.T
    ratio = 0.44 / (radius * 0.69)
    return merged([rubber, rim.with_uv(skin.uv("rim", x * ratio, z * ratio))])


def _mirrors(shape: VehicleShape, skin: Skin, colour: Colour) -> list[Mesh]:
    """The two door mirrors."""
    if shape.name in ("bus", "truck"):
        x, z, out, size = shape.length / 2 - 0.02, shape.height * 0.72, shape.width / 2 + 0.14, (0.07, 0.10, 0.22)
    else:
        x, z, out, size = shape.cabin[0] - 0.30, shape.belt[2][1] + 0.10, shape.width / 2 + 0.07, (0.08, 0.11, 0.075)
    return [plain(superellipsoid((x, side * out, z), size, colour, 0.7, gloss=0.8), skin) for side in (1, -1)]


def plate_mesh(plate: Plate, x: float, z: float, forward: bool, lean: float = 0.05) -> Mesh:
    """A plate's face on the car's front or rear, corners in reading order from lower left."""
    width, height = plate.size_m
    sign = 1.0 if forward else -1.0
    low, high = x + sign * 0.01, x + sign * (0.01 - lean * height)
    left, right = (-sign * width / 2, sign * width / 2)
    corners = [(low, left, z - height / 2), (low, right, z - height / 2)]
    return quad([*corners, (high, right, z + height / 2), (high, left, z + height / 2)], gloss=0.12)


def _cargo(skin: Skin) -> list[Mesh]:
    """The lorry's box, chassis and bumper, behind the cab (cab centre at x = 0)."""
    white, dark = (0.62, 0.63, 0.62), (0.03, 0.03, 0.032)
    parts = [box((-5.35, -1.1, 0.98), (-1.08, 1.1, 3.05), white, 0.18)]
    parts += [box((-5.3, -0.42, 0.55), (-0.6, 0.42, 0.98), dark, 0.1)]
    parts += [box((-5.42, -1.08, 0.48), (-5.30, 1.08, 0.62), dark, 0.1)]
    for x in np.linspace(-5.2, -1.25, 9):
        parts += [box((x, -1.13, 1.0), (x + 0.05, 1.13, 3.02), (0.5, 0.51, 0.5), 0.18)]
    for y in (-1.02, 0.0, 1.02):
        parts += [box((-5.39, y - 0.03, 1.0), (-5.34, y + 0.03, 3.0), (0.4, 0.41, 0.4), 0.3)]
    parts += [
        box((-5.40, side * 0.82 - 0.16, 0.66), (-5.33, side * 0.82 + 0.16, 0.78), (0.35, 0.01, 0.01), 0.5)
        for side in (1, -1)
    ]
    parts += [
        box((-3.3, side * 0.95 - 0.06, 0.5), (-1.4, side * 0.95 + 0.06, 0.9), (0.12, 0.12, 0.13)) for side in (1, -1)
    ]
    return [plain(part, skin) for part in parts]


def build_vehicle(name: str, colour: Colour, front: Plate | None, rear: Plate | None) -> VehicleModel:
    """A vehicle of a named shape (`vehicle_shape.SHAPES`) in a body colour (linear RGB), with its plates."""
    shape = SHAPES[name]
    skin = painted_skin(shape)
    body = dressed(loft_body(shape), skin, shape.steep_cut)
    body.vertices[:, 8:11] = colour
    parts = [body, *_mirrors(shape, skin, colour if name not in ("bus", "truck") else (0.02, 0.02, 0.02))]
    axles, rear_end = list(shape.axles), -shape.length / 2
    if name == "truck":
        parts += _cargo(skin)
        axles, rear_end = [0.22, -3.6], -5.43
    track = shape.width / 2 - 0.075
    places = tuple((x, side * track, shape.wheel_radius) for x in axles for side in (1.0, -1.0))
    plates = []
    if front:
        plates.append((plate_mesh(front, shape.length / 2 + 0.012, shape.front_plate_z, True), front))
    if rear:
        plates.append((plate_mesh(rear, rear_end - 0.012, shape.rear_plate_z, False), rear))
    albedo, mask = skin.atlas()
    lamp_y, lamp_z = shape.width / 2 - 0.28, shape.top[-1][1] - 0.07
    if name in ("bus", "truck"):
        lamp_y, lamp_z = shape.width / 2 - 0.3, 0.74
    lamps = tuple((shape.length / 2 + 0.02, side * lamp_y, lamp_z) for side in (1.0, -1.0))
    mesh = merged(parts)
    centre = 0.0
    if name == "truck":
        centre = 2.23
        mesh = mesh.moved(translation(centre, 0, 0))
        places = tuple((x + centre, y, z) for x, y, z in places)
        lamps = tuple((x + centre, y, z) for x, y, z in lamps)
        plates = [(plate.moved(translation(centre, 0, 0)), art) for plate, art in plates]
    length = shape.length if name != "truck" else 6.4
    wheel = wheel_mesh(shape.wheel_radius, skin, 0.24 if name in ("bus", "truck") else 0.21)
    return VehicleModel(shape, mesh, wheel, albedo, mask, length, shape.width, places, lamps, tuple(plates))
