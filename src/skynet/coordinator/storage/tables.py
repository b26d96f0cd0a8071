"""The tables, as the newest migration leaves them (a test compares the two).

Only types that SQLite and PostgreSQL share: times are milliseconds since 1970 UTC in big integers, ids are text, JSON
is text in the one form that `skynet.coordinator.wire` writes.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, Integer, MetaData, String, Table, Text

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
# Tables are values: built here once, never changed after.
metadata = MetaData(naming_convention=NAMING)

feed_heads = Table(
    "feed_heads",
    metadata,
    Column("feed", String(32), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(48), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("area", String(500), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
    Index(None, "subject", "seq"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("media_type", String(16), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("stored_ms", BigInteger, nullable=False),
    Column("erased_ms", BigInteger),
    Index(None, "stored_ms"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False, unique=True),
    Column("camera_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("occurred_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("acknowledged_ms", BigInteger),
    Column("acknowledged_by", String(120)),
    Column("note", Text),
    Column("snapshot_sha256", String(64), ForeignKey("snapshots.sha256")),
    Column("content_sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("area", String(500), nullable=False, server_default=""),
    Column("outcome", String(24)),
    Column("confirmed", Boolean),
    Column("escalation", Integer, nullable=False, server_default="0"),
    Column("answer_due_ms", BigInteger),
    Column("close_due_ms", BigInteger),
    Column("incident_id", String(36)),
    Column("plate", String(16)),
    Column("track_key", String(160)),
    Index(None, "answer_due_ms"),
    Index(None, "close_due_ms"),
    Index(None, "incident_id"),
    Index("ix_alerts_plate_occurred_ms", "plate", "occurred_ms"),
    Index(None, "track_key"),
    Index(None, "acknowledged_by"),
    Index(None, "camera_id", "seq"),
    Index(None, "state", "seq"),
    Index(None, "occurred_ms"),
    Index(None, "received_ms"),
    Index(None, "snapshot_sha256"),
)

alert_steps = Table(
    "alert_steps",
    metadata,
    Column("alert_id", String(36), ForeignKey("alerts.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("step", String(24), nullable=False),
    Column("state", String(16), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(160), nullable=False),
    Column("operator", String(120)),
    Column("reason", String(24)),
    Column("note", Text),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("opened_ms", BigInteger, nullable=False),
)

clips = Table(
    "clips",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("bytes", Integer, nullable=False),
    Column("stored_ms", BigInteger, nullable=False),
    Column("erased_ms", BigInteger),
    Index(None, "stored_ms"),
)

alert_clips = Table(
    "alert_clips",
    metadata,
    Column("alert_id", String(36), ForeignKey("alerts.id"), primary_key=True),
    Column("sha256", String(64), ForeignKey("clips.sha256"), nullable=False),
    Column("codec", String(16), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("starts_ms", BigInteger, nullable=False),
    Column("ends_ms", BigInteger, nullable=False),
    Column("stored_ms", BigInteger, nullable=False),
    Index(None, "sha256"),
)

legal_holds = Table(
    "legal_holds",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("body", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("released_ms", BigInteger),
)

held_alerts = Table(
    "held_alerts",
    metadata,
    Column("alert_id", String(36), primary_key=True),
    Column("hold_id", String(36), ForeignKey("legal_holds.id"), primary_key=True),
)

held_spans = Table(
    "held_spans",
    metadata,
    Column("hold_id", String(36), ForeignKey("legal_holds.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("camera_id", String(64), nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Index(None, "camera_id", "since_ms"),
)

doomed_files = Table(
    "doomed_files",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)

boxes = Table(
    "boxes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("outbox_pending", BigInteger, nullable=False),
    Column("sent_ms", BigInteger, nullable=False),
    Column("last_report_ms", BigInteger, nullable=False),
)

cameras = Table(
    "cameras",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("box_id", String(64), ForeignKey("boxes.id"), nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("health", Text, nullable=False),
    Column("last_report_ms", BigInteger, nullable=False),
    Index(None, "box_id"),
)

sites = Table(
    "sites",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("area", String(500), nullable=False, server_default=""),
)

registered_cameras = Table(
    "registered_cameras",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site_id", String(64), ForeignKey("sites.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("box_id", String(64)),
    Column("body", Text, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Index(None, "site_id"),
    Index(None, "box_id"),
)

camera_shares = Table(
    "camera_shares",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("camera_id", String(64), ForeignKey("registered_cameras.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Index(None, "camera_id"),
)

box_assignments = Table(
    "box_assignments",
    metadata,
    Column("box_id", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

camera_positions = Table(
    "camera_positions",
    metadata,
    Column("camera_id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

camera_uptime = Table(
    "camera_uptime",
    metadata,
    Column("camera_id", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("healthy_ms", BigInteger, nullable=False),
    Column("faulty_ms", BigInteger, nullable=False),
    Column("down_ms", BigInteger, nullable=False),
    Column("unknown_ms", BigInteger, nullable=False),
    Index(None, "day"),
)

patrol_units = Table(
    "patrol_units",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("area", String(500), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("status_ms", BigInteger, nullable=False),
    Column("signed_on_ms", BigInteger),
    Column("retired_ms", BigInteger),
    Column("changed_ms", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "status"),
)

_fix_columns = ("latitude", "longitude", "error_m", "speed_kmh", "heading_deg")

unit_positions = Table(
    "unit_positions",
    metadata,
    Column("unit_id", String(64), ForeignKey("patrol_units.id"), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    *(Column(name, Double, nullable=name in ("error_m", "speed_kmh", "heading_deg")) for name in _fix_columns),
    Index(None, "at_ms"),
)

unit_trail = Table(
    "unit_trail",
    metadata,
    Column("unit_id", String(64), ForeignKey("patrol_units.id"), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    *(Column(name, Double, nullable=name in ("error_m", "speed_kmh", "heading_deg")) for name in _fix_columns),
    Index(None, "at_ms"),
)

unit_assignments = Table(
    "unit_assignments",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("unit_id", String(64), ForeignKey("patrol_units.id"), nullable=False),
    Column("alert_id", String(36), ForeignKey("alerts.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("target", Text),
    Column("assigned_ms", BigInteger, nullable=False),
    Column("assigned_by", String(160), nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("note", Text),
    Index(None, "unit_id", "seq"),
    Index(None, "alert_id"),
)

places = Table(
    "places",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("area", String(500), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("latitude", Double, nullable=False),
    Column("longitude", Double, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "longitude", "latitude"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("bound_to", String(64)),
    Column("areas", Text, nullable=False, server_default='[""]'),
    Column("expires_ms", BigInteger),
)

users = Table(
    "users",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("roles", Text, nullable=False),
    Column("areas", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("disabled_ms", BigInteger),
    Column("totp_secret", String(64)),
    Column("totp_confirmed", Boolean, nullable=False),
    Column("totp_step", BigInteger, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("user_id", String(36), ForeignKey("users.id"), nullable=False),
    Column("used_ms", BigInteger),
    Index(None, "user_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("user_id", String(36), ForeignKey("users.id"), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Index(None, "user_id"),
)

login_attempts = Table(
    "login_attempts",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("blocked_until_ms", BigInteger, nullable=False),
    Index(None, "last_ms"),
)

audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("signature", String(128), nullable=False),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(160), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("purpose", String(200)),
    Column("detail", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
)
