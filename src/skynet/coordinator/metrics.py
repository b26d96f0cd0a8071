"""What the coordinator counts, in the Prometheus text format. Counters start at zero with the process."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

LATENCY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """One registry an app, so that two apps in one process never mix their numbers. Thread-safe."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._count_what_comes_in()
        self._count_dispatch()
        self._count_work()

    def _count_what_comes_in(self) -> None:
        self.alerts = Counter(
            "skynet_coordinator_alerts", "Alerts received, by what became of them", ["outcome"], registry=self.registry
        )
        self.snapshots = Counter(
            "skynet_coordinator_snapshots", "Snapshots received", ["outcome"], registry=self.registry
        )
        self.snapshot_bytes = Counter(
            "skynet_coordinator_snapshot_bytes", "Bytes of snapshots stored", registry=self.registry
        )
        self.clips = Counter("skynet_coordinator_clips", "Clips received", ["outcome"], registry=self.registry)
        self.clip_bytes = Counter("skynet_coordinator_clip_bytes", "Bytes of clips stored", registry=self.registry)
        self.audit_entries = Gauge(
            "skynet_coordinator_audit_entries", "Entries in the audit ledger", registry=self.registry
        )
        self.feed_head = Gauge(
            "skynet_coordinator_alert_feed_head", "Highest sequence number of the alert feed", registry=self.registry
        )
        self.listening = Gauge(
            "skynet_coordinator_listening",
            "1 while word of other coordinators' commits comes at once; only on PostgreSQL",
            registry=self.registry,
        )
        self.long_polls = Gauge("skynet_coordinator_long_polls_open", "Long polls waiting now", registry=self.registry)
        self.refusals = Counter(
            "skynet_coordinator_access_refused", "Requests refused at the gate", ["reason"], registry=self.registry
        )
        self.sign_ins = Counter(
            "skynet_coordinator_sign_ins",
            "Attempts to sign in, by what became of them",
            ["outcome"],
            registry=self.registry,
        )
        self.cameras_refused = Counter(
            "skynet_coordinator_cameras_refused", "Cameras refused in health reports", registry=self.registry
        )

    def _count_dispatch(self) -> None:
        self.unit_positions = Counter(
            "skynet_coordinator_unit_positions",
            "Fixes of units, by what became of them",
            ["outcome"],
            registry=self.registry,
        )
        self.off_road = Counter(
            "skynet_coordinator_suggestions_off_road",
            "Units suggested by great circle though a road graph is loaded",
            registry=self.registry,
        )
        self.merges_cut = Counter(
            "skynet_coordinator_merges_cut",
            "Batches with more open alerts of the same objects than are searched for their incident",
            registry=self.registry,
        )
        self.escalations = Counter(
            "skynet_coordinator_escalations", "Deadlines of alerts that passed", ["missed"], registry=self.registry
        )

    def _count_work(self) -> None:
        self.erased = Counter(
            "skynet_coordinator_erased", "What retention has deleted, by kind of data", ["kind"], registry=self.registry
        )
        self.rounds = Counter(
            "skynet_coordinator_rounds", "Calls of background jobs", ["job", "outcome"], registry=self.registry
        )
        self.round_failures = Gauge(
            "skynet_coordinator_round_failures_in_a_row",
            "How often a background job has failed since it last did its work; above 0 needs a look at the log",
            ["job"],
            registry=self.registry,
        )
        self.requests = Counter(
            "skynet_coordinator_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.latency = Histogram(
            "skynet_coordinator_request_seconds",
            "Time from a request's head to the end of its answer; waiting of long polls included",
            ["route"],
            buckets=LATENCY_BUCKETS_S,
            registry=self.registry,
        )

    def text(self) -> bytes:
        """The exposition, UTF-8."""
        return generate_latest(self.registry)
