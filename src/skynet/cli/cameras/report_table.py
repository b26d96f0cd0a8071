"""A camera's report for people."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skynet.edge.onvif.address import shown_address
from skynet.edge.onvif.camera_entry import CameraEntry
from skynet.edge.onvif.camera_report import CameraReport
from skynet.edge.onvif.media_profile import MediaProfile


def print_report(report: CameraReport, entry: CameraEntry | None, with_serial: bool) -> None:
    """On stdout; what a device says of itself is shown as it is and never obeyed."""
    console = Console(highlight=False)
    about = Table.grid(padding=(0, 2))
    for name, value in _about(report, with_serial):
        about.add_row(f"[bold]{name}[/bold]", escape(value))
    console.print(about)
    if report.profiles:
        console.print(_profiles(report))
    if report.findings:
        console.print("[bold]What was found[/bold]")
        for line in report.findings:
            console.print(f"  - {escape(line)}", soft_wrap=True)
    if report.problem:
        console.print(f"[bold red]Cannot be used:[/bold red] {escape(report.problem)}", soft_wrap=True)
    if entry:
        console.print("[bold]For the box's configuration, under cameras:[/bold]")
        typer.echo(entry.yaml(), nl=False)
        if entry.logs_in:
            console.print(f"  (set {entry.variables[0]} and {entry.variables[1]} in the box's environment)")


def _about(report: CameraReport, with_serial: bool) -> list[tuple[str, str]]:
    identity = report.identity
    clock = "not told" if report.clock_offset_s is None else f"{report.clock_offset_s:+.1f} s from ours"
    if report.local_for_utc:
        clock += ", most likely local time given as UTC"
    rows = [
        ("address", shown_address(report.address)),
        ("camera", f"{identity.make or '?'} {identity.model or '?'}, firmware {identity.firmware or '?'}"),
        ("login", report.login),
        ("TLS", report.tls),
        ("clock", clock),
        ("media", report.media or "none"),
        ("snapshot", "none" if report.snapshot_bytes is None else f"{report.snapshot_bytes / 1000:.0f} kB"),
        ("can", ", ".join([*["turn (PTZ)"] * report.ptz, *["tell events"] * report.events]) or "neither turn nor tell"),
    ]
    return [*rows[:2], ("serial", identity.serial or "?"), *rows[2:]] if with_serial else rows


def _profiles(report: CameraReport) -> Table:
    table = Table("profile", "codec", "size", "fps", "GOP", "chosen for", "stream", expand=False)
    for profile in report.profiles:
        table.add_row(
            escape(profile.name),
            escape(profile.codec or "?"),
            f"{profile.width}×{profile.height}" if profile.pixels else "?",
            _said_and_measured(report, profile, "fps"),
            _said_and_measured(report, profile, "gop"),
            _use(report, profile),
            escape(shown_address(profile.stream_uri)),
        )
    return table


def _said_and_measured(report: CameraReport, profile: MediaProfile, what: str) -> str:
    said = profile.fps if what == "fps" else profile.gop
    rhythm = report.rhythms.get(profile.token)
    real = None if rhythm is None else rhythm.fps if what == "fps" else rhythm.gop
    shown = "?" if said is None else f"{said:g}"
    return shown if real is None else f"{shown} (real: {real:.4g})"


def _use(report: CameraReport, profile: MediaProfile) -> str:
    choice = report.choice
    uses = []
    if choice.record and profile.token == choice.record.token:
        uses.append("record" if choice.analysis else "record, analysis")
    if choice.analysis and profile.token == choice.analysis.token:
        uses.append("analysis")
    return ", ".join(uses)
