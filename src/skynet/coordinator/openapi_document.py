"""The OpenAPI document: FastAPI's own, with bodies that routes read themselves and problems in place of its errors."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from skynet.coordinator.problem import ProblemDetails
from skynet.coordinator.routes.alert_steps import AlertStepRequest, HandoverRequest, NoteRequest
from skynet.coordinator.routes.alerts import Acknowledgement
from skynet.coordinator.routes.edge import AlertBatch
from skynet.coordinator.routes.incidents import MergeRequest
from skynet.coordinator.routes.registered_cameras import BoxChoice, StateChange
from skynet.coordinator.routes.session import NewPassword, SignIn, TotpCode
from skynet.coordinator.routes.tokens import TokenRequest
from skynet.coordinator.routes.unit_assignments import SendRequest, StepRequest
from skynet.coordinator.routes.units import StatusChange
from skynet.coordinator.routes.users import PasswordReset, UserReach, UserRequest
from skynet.domain.alert import Alert
from skynet.domain.camera_share import CameraShare
from skynet.domain.contract import MAX_ALERTS_PER_BATCH, BoxReport
from skynet.domain.patrol_unit import PatrolUnit
from skynet.domain.place import Place
from skynet.domain.registered_camera import RegisteredCamera
from skynet.domain.site import Site
from skynet.domain.unit_position import GatewayBatch, PositionBatch

READ_BY_ROUTES = (
    Acknowledgement,
    Alert,
    AlertBatch,
    AlertStepRequest,
    BoxChoice,
    BoxReport,
    CameraShare,
    NewPassword,
    PasswordReset,
    SignIn,
    GatewayBatch,
    HandoverRequest,
    MergeRequest,
    NoteRequest,
    PatrolUnit,
    Place,
    PositionBatch,
    RegisteredCamera,
    SendRequest,
    Site,
    StateChange,
    StatusChange,
    StepRequest,
    TokenRequest,
    TotpCode,
    UserReach,
    UserRequest,
)
DESCRIPTION = (
    "Boxes send alerts, consoles poll them. Times are RFC 3339 UTC with milliseconds; errors are RFC 9457 problem "
    "details with stable types; lists go by opaque cursors. X-Purpose (percent-encoded UTF-8) may be sent with any "
    "request and is kept in the audit ledger. `x-skynet-access` names the token scopes that an operation takes, "
    "`x-skynet-roles` the roles of people, who sign in with POST /api/v1/session and send its cookie."
)


def build(app: FastAPI) -> dict[str, Any]:
    """The document for the routes of `app`."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _, own = models_json_schema(
        [(model, "validation") for model in READ_BY_ROUTES] + [(ProblemDetails, "serialization")],
        ref_template="#/components/schemas/{model}",
    )
    for name, schema in own["$defs"].items():
        schemas.setdefault(name, schema)
    schemas["AlertBatch"]["properties"]["alerts"] = {
        "type": "array",
        "maxItems": MAX_ALERTS_PER_BATCH,
        "items": {"$ref": "#/components/schemas/Alert"},
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            _mend_responses(operation)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _mend_responses(operation: dict[str, Any]) -> None:
    unmended = operation["responses"].get("422", {}).get("content", {}).get("application/json")
    if unmended is not None:
        operation["responses"].pop("422")
