"""A small scene, rendered once: one person who walks through the picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from skynet.cli.bench.scenes.condition import CONDITIONS
from skynet.cli.bench.scenes.encoding import ENCODINGS
from skynet.cli.bench.scenes.film import Recipe, film
from skynet.cli.bench.scenes.truth import Truth


def small_recipe(condition: str = "day", encodings: tuple[str, ...] = ("cbr", "sub")) -> Recipe:
    return Recipe(
        next(one for one in CONDITIONS if one.name == condition),
        seed=5,
        encodings=tuple(one for one in ENCODINGS if one.name in encodings),
        seconds=14.0,
        width=320,
        height=180,
        parts=(("medium", "person", "pass"),),
        first_s=2.0,
    )


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scenes")


@pytest.fixture(scope="session")
def small_scene(small_folder: Path) -> Truth:
    return film(small_recipe(), small_folder)
