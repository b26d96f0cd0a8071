"""What a demo run showed: the figures, the verdict, the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import quantiles

from rich.console import Console
from rich.table import Table

from skynet.cli.demo.dispatcher import SeenAlert
from skynet.cli.demo.stage import Stage
from skynet.domain import CameraHealth


@dataclass(frozen=True, slots=True)
class Outcome:
    """`cameras` as the box last reported them; `seen` only alerts of this run; times in seconds."""

    cameras: tuple[CameraHealth, ...]
    seen: tuple[SeenAlert, ...]
    doubled: int
    outbox_pending: int
    seconds: float
    edge_cpu_s: float = 0.0
    coordinator_cpu_s: float = 0.0

    def with_cpu(self, stage: Stage) -> Outcome:
        """The same outcome with what the two programs cost, once they have been stopped."""
        edge, coordinator = (child.cpu_s if child else 0.0 for child in (stage.edge, stage.coordinator))
        return replace(self, edge_cpu_s=edge, coordinator_cpu_s=coordinator)

    def failures(self) -> list[str]:
        """Why the run is no proof that the path works end to end; empty when it is."""
        faults = [
            f"camera {c.camera.id} delivered no frame: {c.detail or c.state}"
            for c in self.cameras
            if not c.frames_decoded
        ]
        if not self.cameras:
            faults.append("the box never reported its cameras")
        raised = sum(c.alerts for c in self.cameras)
        if not raised:
            faults.append(f"no alert in {self.seconds:.0f} s; a clip lasts up to 40 s, so run for longer")
        if raised != len(self.seen):
            faults.append(f"the box raised {raised} alerts, the console saw {len(self.seen)}")
        if self.outbox_pending:
            faults.append(f"{self.outbox_pending} alerts are still in the outbox")
        if self.doubled:
            faults.append(f"the console saw {self.doubled} alerts twice")
        return faults

    def latency_ms(self) -> tuple[float, float] | None:
        """Median and 95th percentile from frame to console, or None without alerts."""
        latencies = sorted(alert.latency_s * 1000 for alert in self.seen)
        if len(latencies) < 2:
            return (latencies[0], latencies[0]) if latencies else None
        cuts = quantiles(latencies, n=20, method="inclusive")
        return cuts[9], cuts[18]

    def figures(self) -> dict[str, object]:
        """The run as JSON values."""
        latency = self.latency_ms()
        streams_s = max(1, len(self.cameras)) * self.seconds
        return {
            "seconds": round(self.seconds, 1),
            "cameras": {
                c.camera.id: {
                    "state": c.state.value,
                    "frames_decoded": c.frames_decoded,
                    "frames_analysed": c.frames_analysed,
                    "frames_dropped": c.frames_dropped,
                    "decode_fps": round(c.decode_fps, 1),
                    "alerts": c.alerts,
                }
                for c in self.cameras
            },
            "alerts_raised": sum(c.alerts for c in self.cameras),
            "alerts_seen": len(self.seen),
            "alerts_doubled": self.doubled,
            "outbox_pending": self.outbox_pending,
            "latency_p50_ms": round(latency[0]) if latency else None,
            "latency_p95_ms": round(latency[1]) if latency else None,
            "edge_cpu_s_per_stream_s": round(self.edge_cpu_s / streams_s, 3),
            "coordinator_cpu_s": round(self.coordinator_cpu_s, 2),
            "failures": self.failures(),
        }

    def print(self, console: Console) -> None:
        table = Table(title="Skynet demo · 天网演示", title_style="bold")
        table.add_column("camera")
        table.add_column("state")
        for name in ("frames", "analysed", "dropped", "frames/s", "alerts"):
            table.add_column(name, justify="right")
        for c in self.cameras:
            counts = (c.frames_decoded, c.frames_analysed, c.frames_dropped, f"{c.decode_fps:.1f}", c.alerts)
            table.add_row(c.camera.id, c.state.value, *map(str, counts))
        console.print(table)
        figures = self.figures()
        latency = self.latency_ms()
        console.print(
            f"{len(self.seen)} of {figures['alerts_raised']} alerts went stream → outbox → coordinator → console"
            + (f"; frame to console p50 {latency[0]:.0f} ms, p95 {latency[1]:.0f} ms" if latency else "")
        )
        console.print(
            f"CPU: edge {figures['edge_cpu_s_per_stream_s']} s per stream-second, "
            f"coordinator {figures['coordinator_cpu_s']} s in {self.seconds:.0f} s"
        )
        for failure in self.failures():
            console.print(f"[bold red]✗[/] {failure}")
