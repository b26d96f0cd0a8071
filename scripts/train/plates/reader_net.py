"""The plate reader's network: dense convolutions, then one look of attention for each place of the text."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from skynet.domain.plate_scores import PLATE_ALPHABET, PLATE_SLOTS, READ_KINDS

from .layout import layout_of
from .plate_text import draw_text
from .view import MARGIN

GRID_HEIGHT, GRID_WIDTH = 6, 36
"""The map that the places look at: an eighth of the view's height, a quarter of its width."""
WIDTHS = (24, 40, 72, 80)
_LOOK = 64
_SEEN = 128
_DARKEST_SPREAD = 6.0
"""Grey levels of contrast below which a view is left as dim as it is: there is nothing to stretch but noise."""
_PRIOR_SPREAD = 2.0


class PlateReaderNet(nn.Module):
    """Views float32 (n, 3, 48, 144) BGR 0–255 → logits of the characters (n, 8, 75) and of the kinds (n, 12)."""

    def __init__(self) -> None:
        super().__init__()
        first, second, third, fourth = WIDTHS
        self.fine = nn.Sequential(_conv(3, first, 2), _conv(first, second, 2), _Residual(second), _Residual(second))
        self.middle = nn.Sequential(_conv(second, third, (2, 1)), *(_Residual(third) for _ in range(3)))
        self.coarse = nn.Sequential(_conv(third, fourth, 2), _Residual(fourth), _Residual(fourth))
        self.down = nn.Sequential(nn.Conv2d(fourth, third, 1), nn.Upsample(scale_factor=2.0, mode="nearest"))
        self.kinds = nn.Linear(2 * fourth, len(READ_KINDS))
        self.questions = nn.Linear(2 * fourth, PLATE_SLOTS * _LOOK)
        self.keys = nn.Conv2d(third, _LOOK, 1)
        self.values = nn.Conv2d(third, _SEEN, 1)
        self.places = nn.Parameter(torch.randn(_LOOK, GRID_HEIGHT * GRID_WIDTH) * 0.02)
        self.prior = nn.Parameter(_layout_prior())
        self.slots = nn.Parameter(torch.randn(PLATE_SLOTS, _SEEN) * 0.02)
        self.characters = nn.Sequential(nn.Linear(_SEEN, _SEEN), nn.ReLU(), nn.Linear(_SEEN, len(PLATE_ALPHABET)))

    def forward(self, plate: Tensor) -> tuple[Tensor, Tensor]:
        centred = plate - plate.mean(dim=(1, 2, 3), keepdim=True)
        spread = centred.square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
        middle = self.middle(self.fine(centred / (spread + _DARKEST_SPREAD)))
        coarse = self.coarse(middle)
        whole = torch.cat((coarse.mean(dim=(2, 3)), coarse.amax(dim=(2, 3))), dim=1)
        kinds = self.kinds(whole)
        seen = torch.relu(middle + self.down(coarse))
        keys = self.keys(seen).flatten(2) + self.places
        questions = self.questions(whole).reshape(-1, PLATE_SLOTS, _LOOK)
        expected = (kinds.softmax(dim=1) @ self.prior.flatten(1)).reshape(-1, PLATE_SLOTS, GRID_HEIGHT * GRID_WIDTH)
        look = (questions @ keys * _LOOK**-0.5 + expected).softmax(dim=2)
        return self.characters(look @ self.values(seen).flatten(2).transpose(1, 2) + self.slots), kinds


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = _conv(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.body(x)
        return out


def _conv(width_in: int, width_out: int, stride: int | tuple[int, int]) -> nn.Sequential:
    convolution = nn.Conv2d(width_in, width_out, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(width_out), nn.ReLU(inplace=True))


def _layout_prior() -> Tensor:
    """Where each place of the text is looked for at first, by kind: float32 (12, 8, 216), from the plates' layout."""
    rng = np.random.default_rng(0)
    rows, columns = (np.arange(count) + 0.5 for count in (GRID_HEIGHT, GRID_WIDTH))
    prior = np.zeros((len(READ_KINDS), PLATE_SLOTS, GRID_HEIGHT, GRID_WIDTH), np.float32)
    for index, kind in enumerate(READ_KINDS):
        layout = layout_of(rng, kind, draw_text(rng, kind))
        for place, cell in enumerate(layout.cells):
            across = _in_view((cell.x + cell.width / 2) / layout.width) * GRID_WIDTH
            down = _in_view((cell.y + cell.height / 2) / layout.height) * GRID_HEIGHT
            spread_down = _PRIOR_SPREAD * cell.height / layout.height * GRID_HEIGHT / 2
            far = ((columns - across) / _PRIOR_SPREAD)[None] ** 2 + ((rows - down) / spread_down)[:, None] ** 2
            prior[index, place] = -0.5 * np.minimum(far, 12.0)
    return torch.from_numpy(prior.reshape(len(READ_KINDS), PLATE_SLOTS, -1))


def _in_view(share: float) -> float:
    """A place on the plate, 0–1, as a place on the view with its margin."""
    return (share + MARGIN) / (1 + 2 * MARGIN)
