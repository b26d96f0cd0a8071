"""Triangle meshes with one vertex layout, and the few shapes that everything here is built from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Faces = npt.NDArray[np.int32]
Colour = tuple[float, float, float]

POSITION = slice(0, 3)
NORMAL = slice(3, 6)
UV = slice(6, 8)
COLOUR = slice(8, 11)
GLOSS = 11
GLOW = 12
VERTEX_FLOATS = 13


@dataclass(frozen=True)
class Mesh:
    """`vertices`: float32 (n, 13) position, normal, uv, linear colour, gloss, glow; `faces`: int32 (m, 3)."""

    vertices: Array
    faces: Faces

    @property
    def positions(self) -> Array:
        """Float32 (n, 3), metres."""
        return self.vertices[:, POSITION]

    def moved(self, matrix: npt.NDArray[np.floating]) -> Mesh:
        """The mesh under a 4x4 matrix of rotation, even or mirrored scale, and translation."""
        vertices = self.vertices.copy()
        vertices[:, POSITION] = vertices[:, POSITION] @ matrix[:3, :3].T + matrix[:3, 3]
        normals = vertices[:, NORMAL] @ np.linalg.inv(matrix[:3, :3])
        vertices[:, NORMAL] = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        faces = self.faces if np.linalg.det(matrix[:3, :3]) > 0 else self.faces[:, ::-1]
        return Mesh(vertices, np.ascontiguousarray(faces))

    def with_uv(self, uv: npt.NDArray[np.floating]) -> Mesh:
        """The same surface with other texture coordinates, (n, 2)."""
        vertices = self.vertices.copy()
        vertices[:, UV] = uv
        return replace(self, vertices=vertices)


def merged(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh of many."""
    offsets = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    return Mesh(
        np.concatenate([mesh.vertices for mesh in meshes]),
        np.concatenate([mesh.faces + offset for mesh, offset in zip(meshes, offsets, strict=True)]).astype(np.int32),
    )


def translation(x: float, y: float, z: float) -> Array:
    """4x4 matrix that moves by (x, y, z)."""
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, 3] = (x, y, z)
    return matrix


def scaling(x: float, y: float, z: float) -> Array:
    """4x4 matrix that stretches along the axes."""
    return np.diag(np.array([x, y, z, 1.0], dtype=np.float32))


def rotation(axis: str, angle: float) -> Array:
    """4x4 matrix that turns by `angle` radians about the named axis."""
    matrix = np.eye(4, dtype=np.float32)
    first, second = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    matrix[first, first] = matrix[second, second] = np.cos(angle)
    matrix[first, second] = -np.sin(angle)
    matrix[second, first] = np.sin(angle)
    return matrix


def smooth_normals(positions: Array, faces: Faces) -> Array:
    """Area-weighted vertex normals, float32 (n, 3)."""
    corners = positions[faces]
    face_normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    index = faces.reshape(-1)
    spread = np.repeat(face_normals, 3, axis=0)
    sums = [np.bincount(index, spread[:, axis], minlength=len(positions)) for axis in range(3)]
    normals = np.stack(sums, axis=1)
    return (normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def surface(
    positions: npt.NDArray[np.floating],
    faces: npt.NDArray[np.integer],
    colour: Colour = (1, 1, 1),
    gloss: float = 0.0,
    glow: float = 0.0,
) -> Mesh:
    """A smooth-shaded mesh of points and triangles."""
    points = np.asarray(positions, dtype=np.float32)
    triangles = np.asarray(faces, dtype=np.int32)
    vertices = np.zeros((len(points), VERTEX_FLOATS), dtype=np.float32)
    vertices[:, POSITION] = points
    vertices[:, NORMAL] = smooth_normals(points, triangles)
    vertices[:, COLOUR] = colour
    vertices[:, GLOSS] = gloss
    vertices[:, GLOW] = glow
    return Mesh(vertices, triangles)


def grid_faces(rows: int, columns: int, wrap: bool) -> Faces:
    """Triangles of a rows x columns grid of points; `wrap` joins the last column to the first."""
    row, column = np.meshgrid(np.arange(rows - 1), np.arange(columns if wrap else columns - 1), indexing="ij")
    beside = (column + 1) % columns
    corner = [
        row * columns + column,
        row * columns + beside,
        (row + 1) * columns + beside,
        (row + 1) * columns + column,
    ]
    first = np.stack([corner[0], corner[1], corner[2]], axis=-1).reshape(-1, 3)
    second = np.stack([corner[0], corner[2], corner[3]], axis=-1).reshape(-1, 3)
    return np.concatenate([first, second]).astype(np.int32)


def tube(
    path: npt.NDArray[np.floating],
    radii: npt.NDArray[np.floating],
    colour: Colour,
    sides: int = 10,
    side_axis: npt.NDArray[np.floating] | None = None,
    gloss: float = 0.0,
    squareness: float = 1.0,
) -> Mesh:
    """A closed skin around a path: `path` (n, 3), `radii` (n, 2) along the side axis and across it.

    `squareness` below 1 makes the cross-section a rounded rectangle (superellipse).
    """
    points = np.asarray(path, dtype=np.float64)
    tangents = np.gradient(points, axis=0)
    tangents /= np.maximum(np.linalg.norm(tangents, axis=1, keepdims=True), 1e-9)
    if side_axis is None:
        side_axis = np.array([1.0, 0.0, 0.0]) if abs(tangents[0, 0]) < 0.8 else np.array([0.0, 1.0, 0.0])
    side = side_axis - tangents * (tangents @ side_axis)[:, None]
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    across = np.cross(tangents, side)
    angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    cosine, sine = np.cos(angles), np.sin(angles)
    cosine = np.sign(cosine) * np.abs(cosine) ** squareness
    sine = np.sign(sine) * np.abs(sine) ** squareness
    size = np.asarray(radii, dtype=np.float64)
    if size.ndim == 1:
        size = np.stack([size, size], axis=1)
    ring = (
        points[:, None]
        + side[:, None] * (size[:, :1] * cosine)[..., None]
        + across[:, None] * (size[:, 1:] * sine)[..., None]
    )
    caps = np.stack([points[0], points[-1]])
    faces = grid_faces(len(points), sides, wrap=True)
    last = len(points) * sides
    around = np.arange(sides)
    beside = (around + 1) % sides
    start = np.stack([np.full(sides, last), beside, around], axis=1)
    end = np.stack([np.full(sides, last + 1), last - sides + around, last - sides + beside], axis=1)
    return surface(np.concatenate([ring.reshape(-1, 3), caps]), np.concatenate([faces, start, end]), colour, gloss)


def rod(start: Sequence[float], end: Sequence[float], radius: float, colour: Colour, gloss: float = 0.1) -> Mesh:
    """A straight round bar."""
    return tube(np.array([start, end], dtype=float), np.array([radius, radius]), colour, sides=8, gloss=gloss)


def superellipsoid(
    centre: Sequence[float],
    radii: Sequence[float],
    colour: Colour,
    squareness: float = 1.0,
    gloss: float = 0.0,
    rings: int = 10,
    sides: int = 14,
) -> Mesh:
    """An ellipsoid; `squareness` below 1 pushes it towards a rounded box."""

    def power(value: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        return np.sign(value) * np.abs(value) ** squareness

    latitude = np.linspace(-np.pi / 2, np.pi / 2, rings)[:, None]
    longitude = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None]
    unit = np.stack(
        [
            power(np.cos(latitude)) * power(np.cos(longitude)),
            power(np.cos(latitude)) * power(np.sin(longitude)),
            power(np.sin(latitude)) * np.ones_like(longitude),
        ],
        axis=-1,
    )
    points = unit.reshape(-1, 3) * np.asarray(radii) + np.asarray(centre)
    return surface(points, grid_faces(rings, sides, wrap=True), colour, gloss)


def lathe(profile: npt.NDArray[np.floating], colour: Colour, sides: int = 24, gloss: float = 0.1) -> Mesh:
    """A body turned about the y axis; `profile` (n, 2) holds (y, radius)."""
    angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    y = np.repeat(profile[:, :1], sides, axis=1)
    points = np.stack([profile[:, 1:] * np.cos(angles), y, profile[:, 1:] * np.sin(angles)], axis=-1)
    return surface(points.reshape(-1, 3), grid_faces(len(profile), sides, wrap=True), colour, gloss)


def quad(corners: Sequence[Sequence[float]], colour: Colour = (1, 1, 1), gloss: float = 0.0, glow: float = 0.0) -> Mesh:
    """A flat patch, corners anticlockwise as seen from its front: lower left, lower right, upper right, upper left."""
    mesh = surface(np.array(corners, dtype=float), np.array([[0, 1, 2], [0, 2, 3]]), colour, gloss, glow)
    return mesh.with_uv(np.array([[0, 1], [1, 1], [1, 0], [0, 0]]))


def box(
    low: Sequence[float],
    high: Sequence[float],
    colour: Colour = (1, 1, 1),
    gloss: float = 0.0,
    glow: float = 0.0,
    uv_scale: float = 1.0,
) -> Mesh:
    """An axis-aligned box with flat sides; texture coordinates are metres times `uv_scale`."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    width, depth, height = x1 - x0, y1 - y0, z1 - z0
    sides = [
        ([(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)], width, height),
        ([(x1, y1, z0), (x0, y1, z0), (x0, y1, z1), (x1, y1, z1)], width, height),
        ([(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)], depth, height),
        ([(x0, y1, z0), (x0, y0, z0), (x0, y0, z1), (x0, y1, z1)], depth, height),
        ([(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)], width, depth),
        ([(x0, y1, z0), (x1, y1, z0), (x1, y0, z0), (x0, y0, z0)], width, depth),
    ]
    parts = []
    for corners, across, up in sides:
        face = quad(corners, colour, gloss, glow)
        parts.append(face.with_uv(np.array([[0, up], [across, up], [across, 0], [0, 0]]) * uv_scale))
    return merged(parts)
