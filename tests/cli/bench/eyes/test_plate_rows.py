import numpy as np

from skynet.cli.bench.eyes.plate_find import PlateFind
from skynet.cli.bench.eyes.plate_rows import rows_of
from skynet.cli.bench.eyes.plate_score import PlateResult, PlateScore
from skynet.domain.plate import PlateKind


def find(confidence: float) -> PlateFind:
    return PlateFind("皖A12345", confidence, PlateKind.BLUE, np.zeros((4, 2), np.float32))


def test_rows_tell_the_halves_apart() -> None:
    score = PlateScore("reader", street_pictures=3, invented=[0.6, 0.95])
    score.crops = [
        PlateResult("皖A12345", None, False, find(0.95)),
        PlateResult("皖A12346", None, True, find(0.4)),
    ]
    values = {row.metric: row.median for row in rows_of(score)}
    assert (values["crops, exact"], values["crops, held-out half, exact"]) == (50, 0)
    assert (values["plates read at ≥ 0.9"], values["reads at ≥ 0.9, right"]) == (50, 100)
    assert (values["reads claimed 0–0.5"], values["reads claimed 0–0.5, right"]) == (1, 0)
    assert values["plates invented at ≥ 0.5 in 3 street pictures"] == 2
    assert values["plates invented at ≥ 0.9 in 3 street pictures"] == 1
    assert values["other provinces (2 plates), exact"] == 50
