"""What is raced over: a list of invented plates, and the plates that drive past."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from skynet.analytics.matching import HotList
from skynet.analytics.matching.entry_table_builder import EntryTableBuilder
from skynet.analytics.matching.plate_code import CLASS_OF
from skynet.domain import HotListEntry, PlateKind, Purpose, Severity
from skynet.domain.hot_list import EVERYWHERE
from skynet.domain.plate import PROVINCES, SERIAL_LETTERS

STARTS = datetime(2026, 1, 1, tzinfo=UTC)
_SERIAL = SERIAL_LETTERS + "0123456789" * 3
"""Digits are commoner than letters."""
_OFFICES = "ABCDEFGHJKLMN"


@dataclass(frozen=True)
class Course:
    """`plates` are the texts on `hot_list`, all blue, each on it once."""

    plates: Sequence[str]
    hot_list: HotList

    @classmethod
    def make(cls, entries: int, seed: int = 1) -> Course:
        """The same list for the same numbers."""
        chance = random.Random(seed)  # noqa: S311 - invented plates, no secret
        plates: dict[str, None] = {}
        while len(plates) < entries:
            plates[_plate(chance)] = None
        builder = EntryTableBuilder()
        for number, plate in enumerate(plates):
            builder.add(_entry(plate, number))
        return cls(list(plates), HotList(1, builder.build()[0]))

    def passing(self, number: int, listed_share: float, seed: int) -> list[str]:
        """So many plates that drive past, of which `listed_share` are on the list."""
        chance = random.Random(seed)  # noqa: S311 - as above
        return [chance.choice(self.plates) if chance.random() < listed_share else _plate(chance) for _ in range(number)]

    def confused(self, number: int, seed: int) -> list[tuple[str, str]]:
        """Listed plates, and each as a reader gets it wrong in one character that it confuses."""
        chance = random.Random(seed)  # noqa: S311 - as above
        pairs: list[tuple[str, str]] = []
        while len(pairs) < number:
            plate = chance.choice(self.plates)
            place = chance.randrange(1, len(plate))
            rivals = [rival for rival in CLASS_OF[plate[place]] if rival != plate[place]]
            if rivals:
                pairs.append((plate, plate[:place] + chance.choice(rivals) + plate[place + 1 :]))
        return pairs


def _plate(chance: random.Random) -> str:
    return chance.choice(PROVINCES) + chance.choice(_OFFICES) + "".join(chance.choices(_SERIAL, k=5))


def _entry(plate: str, number: int) -> HotListEntry:
    """An entry as long as real ones are. It is right as it stands, so checking a million of them is spared."""
    return HotListEntry.model_construct(
        plate=plate,
        kind=PlateKind.BLUE,
        purpose=Purpose.STOLEN_VEHICLE,
        authority=f"公(刑)立字[2026]{number // 3}号",
        issuing_unit=f"第{number % 200}刑侦大队",
        case_number=f"A3401002026{number:08d}",
        valid_from=STARTS,
        valid_to=STARTS + timedelta(days=30),
        priority=Severity.HIGH,
        area=(EVERYWHERE,),
        created_by=f"警官{number % 300}",
        approved_by=f"队长{number % 40}",
    )
