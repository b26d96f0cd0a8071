"""The face of a house: windows above, shops with boards below."""

from __future__ import annotations

import numpy as np

from skynet.cli.bench.scenes.texture import FloatImage, cell_random

BAY, STOREY, SHOP = 3.1, 3.2, 6.2


def facade(along: FloatImage, up: FloatImage, wall: FloatImage, salt: int) -> FloatImage:
    """`wall` (h, w, 3) with what is set into it; `along` and `up` (h, w) are metres from the corner and the ground."""
    column, storey = np.floor(along / BAY).astype(np.int64), np.floor((up - 0.4) / STOREY).astype(np.int64)
    x, y = np.mod(along, BAY), np.mod(up - 0.4, STOREY)
    upper = storey > 0
    frame = upper & (x > 0.75) & (x < 2.35) & (y > 0.85) & (y < 2.55)
    glass = (
        upper & (x > 0.83) & (x < 2.27) & (y > 0.93) & (y < 2.47) & (np.abs(x - 1.55) > 0.04) & (np.abs(y - 1.9) > 0.03)
    )
    pane = 45 + 62 * cell_random(column, storey, salt) + 8 * (y - 1.6)
    colour = np.where(frame[..., None], np.float32(176), wall)
    colour = np.where(glass[..., None], pane[..., None] * np.asarray((1.12, 1.0, 0.9), np.float32), colour)

    shop = np.floor(along / SHOP).astype(np.int64)
    x = np.mod(along, SHOP)
    window = (x > 0.4) & (x < 4.4) & (up > 0.5) & (up < 2.6)
    wares = cell_random(np.floor(along / 0.45).astype(np.int64), np.floor(up / 0.4).astype(np.int64), salt + 3)
    inside = (40 + 70 * wares * (up < 1.5) + 18 * (up > 2.2))[..., None] * np.asarray((0.9, 1, 1.06), np.float32)
    colour = np.where(window[..., None], inside, colour)
    door = (x > 4.8) & (x < 5.8) & (up < 2.3)
    colour = np.where(door[..., None], np.asarray((44, 52, 66), np.float32), colour)
    board = (up > 2.85) & (up < 3.5) & (x > 0.2) & (x < 6.0)
    hue = np.stack([70 + 80 * cell_random(shop, shop, salt + turn) for turn in (1, 5, 9)], -1)
    letters = board & (np.abs(up - 3.17) < 0.16) & (x > 1.2) & (x < 4.6)
    letters &= (
        cell_random(np.floor(along / 0.14).astype(np.int64), np.floor(up / 0.1).astype(np.int64), salt + 11) > 0.5
    )
    colour = np.where(board[..., None], hue, colour)
    return np.asarray(np.where(letters[..., None], np.float32(205), colour), np.float32)
