"""Hot lists: vehicles that a lawful authority looks for, for a stated purpose and a limited time.

The list holds vehicles by their plates and nothing else: there is no field for a person, and `Purpose` is closed.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from skynet.domain.ids import Slug
from skynet.domain.plate import PlateKind, PlateText
from skynet.domain.severity import Severity

MAX_ENTRIES = 1_000_000
MAX_VALIDITY = timedelta(days=30)
EVERYWHERE = "everywhere"
"""The one word of an area that is no site's and no camera's id."""
MAX_PLACES = 200

Reference = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")
]
"""A name or number of one line as the authority writes it, e.g. of a document, a unit, a case."""
parsed_plate = lru_cache(maxsize=16)(PlateText.parse)
"""A row of a long list asks several times about the same text."""
ListedPlate = Annotated[str, AfterValidator(lambda text: parsed_plate(text).text)]
"""A text that a plate can bear, in the one form that the grammar gives it."""


class Purpose(StrEnum):
    """Why a vehicle may be looked for. Closed: a purpose that is not here does not exist (a test holds it)."""

    STOLEN_VEHICLE = "stolen_vehicle"
    WANTED_VEHICLE = "wanted_vehicle"
    MISSING_OR_ENDANGERED_PERSON = "missing_or_endangered_person"
    """The vehicle that a missing or endangered person is believed to be in; the list names the vehicle alone."""
    HIT_AND_RUN = "hit_and_run"
    PUBLIC_WARNING = "public_warning"
    EVIDENCE_REQUEST = "evidence_request"


class EntryKey(BaseModel):
    """What makes an entry one of its own: a vehicle in a case. Two entries of a list never share it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plate: ListedPlate
    kind: PlateKind
    case_number: Reference


class HotListEntry(BaseModel):
    """One vehicle that is looked for. It is on the list from `valid_from` up to, and not at, `valid_to`.

    `kind` is unknown where the authority does not know the plate's colour. `authority` is the reference of the document
    that permits the search. `area` holds ids of sites and cameras, or `everywhere` alone. The second pair of eyes:
    `approved_by` is somebody else than `created_by`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    plate: ListedPlate
    kind: PlateKind = PlateKind.UNKNOWN
    purpose: Purpose
    authority: Reference
    issuing_unit: Reference
    case_number: Reference
    valid_from: AwareDatetime
    valid_to: AwareDatetime
    priority: Severity = Severity.HIGH
    area: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=MAX_PLACES)]
    created_by: Reference
    approved_by: Reference

    @model_validator(mode="after")
    def _lawful(self) -> Self:
        if self.kind is not PlateKind.UNKNOWN and self.kind not in (kinds := parsed_plate(self.plate).kinds):
            raise ValueError(f"'{self.plate}' is no {self.kind} plate; its text fits {', '.join(kinds)}")
        if self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from; an entry needs a time in which it holds")
        if self.valid_to - self.valid_from > MAX_VALIDITY:
            raise ValueError(f"holds for more than {MAX_VALIDITY.days} days; end it earlier and have it reviewed then")
        if EVERYWHERE in self.area and len(self.area) > 1:
            raise ValueError(f"an area is '{EVERYWHERE}' or ids of sites and cameras, not both")
        if same_name(self.created_by, self.approved_by):
            raise ValueError("created_by and approved_by are the same person; have somebody else approve it")
        return self

    @property
    def key(self) -> EntryKey:
        return EntryKey(plate=self.plate, kind=self.kind, case_number=self.case_number)


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same to a reader: width, case and spaces of their letters do not count."""
    return _bare(one) == _bare(other)


@lru_cache(maxsize=256)
def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
