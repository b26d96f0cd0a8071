"""A camera as it is registered: where it stands, what it sees, who answers for it; and what its activation demands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from skynet.domain.camera_assignment import CameraAssignment, DeclaredStream, MaskShape, StreamAddress
from skynet.domain.geo_position import GeoPosition
from skynet.domain.ids import Slug
from skynet.domain.rule import RuleSet
from skynet.domain.site import ShortText, Site
from skynet.domain.stream_redaction import redact


class RegistryState(StrEnum):
    """Only active cameras are assigned to boxes. Nothing leads back from retired."""

    DRAFT = "draft"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"


MOVES = {
    RegistryState.DRAFT: {RegistryState.ACTIVE, RegistryState.SUSPENDED, RegistryState.RETIRED},
    RegistryState.ACTIVE: {RegistryState.SUSPENDED, RegistryState.RETIRED},
    RegistryState.SUSPENDED: {RegistryState.ACTIVE, RegistryState.RETIRED},
    RegistryState.RETIRED: set[RegistryState](),
}


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Mounting(_Value):
    """How the camera hangs: metres over the ground; degrees: pan clockwise from north, tilt down from the horizon, roll
    clockwise as the camera looks."""

    height_m: Annotated[float, Field(ge=0, le=500)] | None = None
    pan_deg: Annotated[float, Field(ge=-360, le=360)] | None = None
    tilt_deg: Annotated[float, Field(ge=-90, le=90)] | None = None
    roll_deg: Annotated[float, Field(ge=-180, le=180)] | None = None


class Lens(_Value):
    """Focal length in mm or horizontal field of view in degrees; `sensor` as the data sheet says it, e.g. 1/2.8"."""

    focal_mm: Annotated[float, Field(gt=0, le=2000)] | None = None
    fov_deg: Annotated[float, Field(gt=0, le=360)] | None = None
    sensor: Annotated[ShortText, Field(max_length=40)] | None = None


class SignConfirmation(_Value):
    """Who saw that a conspicuous sign tells people of the camera, and when."""

    by: ShortText
    at: AwareDatetime


class NoMasksNeeded(_Value):
    """Who decided that the picture shows nothing private, and why."""

    by: ShortText
    why: ShortText


class RegisteredCamera(_Value):
    """What is declared of a camera. Its state, its box and its version are the registry's, not the declaration's."""

    id: Slug
    name: ShortText
    site: Slug
    source: StreamAddress
    """The main stream, without credentials."""
    sub_source: StreamAddress | None = None
    login: Slug | None = None
    """Which of the box's camera logins opens the streams."""
    transport: Literal["auto", "tcp", "udp"] = "auto"
    analysis_fps: Annotated[float, Field(gt=0, le=60)] = 5.0
    rules: Annotated[RuleSet, Field(default_factory=RuleSet)]
    position: GeoPosition | None = None
    """None: as the site's."""
    mounting: Mounting = Mounting()
    lens: Lens = Lens()
    declared: DeclaredStream | None = None
    ptz: bool = False
    mobile: bool = False
    """On a bus or taxi: it reports its position itself."""
    sign: SignConfirmation | None = None
    filing_no: ShortText | None = None
    """Number under which the camera is filed with the county police."""
    privacy_masks: Annotated[tuple[MaskShape, ...], Field(max_length=64)] = ()
    no_masks_needed: NoMasksNeeded | None = None

    @model_validator(mode="after")
    def _masks_are_decided_one_way(self) -> Self:
        if self.privacy_masks and self.no_masks_needed is not None:
            raise ValueError("has privacy_masks and says that none are needed; leave one of the two out")
        return self

    def assignment(self) -> CameraAssignment:
        """What a box is told of the camera."""
        shared = CameraAssignment.model_fields.keys() & type(self).model_fields.keys()
        return CameraAssignment.model_validate({name: getattr(self, name) for name in shared})

    def redacted(self) -> Self:
        """The same with addresses as people may see them."""
        sub = None if self.sub_source is None else redact(self.sub_source)
        return self.model_copy(update={"source": redact(self.source), "sub_source": sub})

    def with_hidden_of(self, known: Self) -> Self:
        """The same with the addresses of `known` where this one holds them redacted, as it was shown to somebody."""
        update: dict[str, object] = {}
        if self.source == redact(known.source):
            update["source"] = known.source
        if known.sub_source is not None and self.sub_source == redact(known.sub_source):
            update["sub_source"] = known.sub_source
        return self.model_copy(update=update)

    def hidden_addresses(self) -> tuple[str, ...]:
        """The fields whose address ends in the mark of what was left out: such an address opens nothing."""
        fields = ("source", "sub_source")
        return tuple(name for name in fields if (getattr(self, name) or "").endswith("?***"))


class Missing(_Value):
    """One thing that stands in the way of activation. `field` is the site's or the camera's."""

    field: str
    message: str


def missing_for_activation(camera: RegisteredCamera, site: Site) -> tuple[Missing, ...]:
    """All that the safeguards for the registry demand and that is not there: empty when it may be activated."""
    found: list[Missing] = []
    if site.place_class is None:
        found.append(Missing(field="site.place_class", message=f"say what kind of place the site '{site.id}' is"))
    if camera.sign is None:
        found.append(Missing(field="sign", message="somebody must confirm that a sign tells people of the camera"))
    if camera.filing_no is None:
        found.append(Missing(field="filing_no", message="give the number of its filing with the county police"))
    if not camera.privacy_masks and camera.no_masks_needed is None:
        message = "draw the privacy masks, or say in no_masks_needed who decided that none are needed, and why"
        found.append(Missing(field="privacy_masks", message=message))
    return tuple(found)
