"""The health board in Prometheus's words, read at the moment of the scrape so that there is one account and not two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from skynet.domain import CameraState, Certainty
from skynet.domain.camera_fault import CameraFaultKind
from skynet.edge.health import HealthBoard
from skynet.edge.onvif.camera_event import EventKind

_CAMERA_COUNTS = {
    "packets": "Packets received",
    "bytes": "Bytes of video received",
    "frames_decoded": "Frames decoded",
    "frames_analysed": "Frames that went through the analysis",
    "frames_dropped": "Frames that were there and were left out to keep up",
    "decode_errors": "Packets that could not be decoded",
    "reconnects": "Connections opened after the first",
    "restarts": "Times that the analysis failed and was begun anew",
    "alerts": "Alerts stored in the outbox",
    "alerts_lost": "Alerts that the outbox could not take",
    "time_jumps": "Times that the stream's time stamps broke",
    "overlong_gops": "Keyframe distances that the ring has no room for",
}
_GATE_COUNTS = {
    "looks": "Pictures that the gate looked at",
    "wakes": "Times that the camera woke",
    "false_wakes": "Awake spells in which no object was seen",
    "vetoes": "Looks that would have woken the camera, in which the referee saw no object",
    "checks": "Whole GOPs decoded to check the gate",
    "missed": "Checks that found what the gate had slept through",
    "shadow_missed": "Alerts and tracks that the gate would have lost, in shadow mode",
}
_GAUGES = ("pending", "refused", "bytes")


def metrics_registry(board: HealthBoard) -> CollectorRegistry:
    """A registry of its own for one board, with the process's CPU time and memory."""
    registry = CollectorRegistry()
    registry.register(_BoardCollector(board))
    ProcessCollector(registry=registry)
    return registry


class _BoardCollector(Collector):
    def __init__(self, board: HealthBoard) -> None:
        self._board = board

    def describe(self) -> list[Metric]:
        return []  # so that registering does not already read the board

    def collect(self) -> Iterator[Metric]:
        yield from self._cameras()
        yield from self._gates()
        yield from self._losses()
        yield from self._pictures()
        yield from self._events()
        yield from self._entrance()
        yield from self._load()
        yield from self._inference()
        yield from self._clips()
        yield from self._outbox()
        yield from self._uplink()
        if plates := self._board.plates:
            yield _counter("plate_reads", "Looks at a vehicle for its plate", plates.reads)
            yield _counter("plate_looks_dropped", "Looks left out because the reader was busy", plates.dropped)
            yield _counter("plate_failures", "Looks that failed", plates.failures)
        yield from self._hot_list()
        yield _gauge("issues", "Things that are wrong with the box now", len(self._board.issues.lines()))
        yield _gauge("well", "0 when alerts may be lost", int(self._board.well))

    def _cameras(self) -> Iterator[Metric]:
        counts = {camera.camera.id: camera.counts() for camera in self._board.cameras}
        for name, help_text in _CAMERA_COUNTS.items():
            family = CounterMetricFamily(f"skynet_edge_camera_{name}", help_text, labels=["camera"])
            for camera_id, numbers in counts.items():
                family.add_metric([camera_id], numbers[name])
            yield family
        state = GaugeMetricFamily("skynet_edge_camera_state", "1 for the state it is in", labels=["camera", "state"])
        fps = GaugeMetricFamily("skynet_edge_camera_decode_fps", "Frames decoded a second", labels=["camera"])
        readers = GaugeMetricFamily(
            "skynet_edge_camera_reader", "1 for who reads its stream", labels=["camera", "reader"]
        )
        for camera in self._board.cameras:
            if reader := camera.reader():
                readers.add_metric([camera.camera.id, reader], 1)
            health = camera.health()
            fps.add_metric([camera.camera.id], health.decode_fps)
            for possible in CameraState:
                state.add_metric([camera.camera.id, possible.value], int(possible is health.state))
        yield state
        yield fps
        yield readers

    def _gates(self) -> Iterator[Metric]:
        gates = {camera.camera.id: camera.gate for camera in self._board.cameras}
        for name, help_text in _GATE_COUNTS.items():
            family = CounterMetricFamily(f"skynet_edge_gate_{name}", help_text, labels=["camera"])
            for camera_id, gate in gates.items():
                family.add_metric([camera_id], getattr(gate, name))
            yield family
        seconds = CounterMetricFamily("skynet_edge_gate_seconds", "Stream time by state", labels=["camera", "state"])
        awake = GaugeMetricFamily("skynet_edge_gate_awake", "1 while the camera is followed", labels=["camera"])
        trusted = GaugeMetricFamily("skynet_edge_gate_trusted", "0 while it is decoded for distrust", labels=["camera"])
        for camera_id, gate in gates.items():
            seconds.add_metric([camera_id, "awake"], gate.awake_s)
            seconds.add_metric([camera_id, "asleep"], gate.asleep_s)
            awake.add_metric([camera_id], int(gate.awake))
            trusted.add_metric([camera_id], int(gate.trusted))
        yield seconds
        yield awake
        yield trusted

    def _losses(self) -> Iterator[Metric]:
        family = CounterMetricFamily("skynet_edge_camera_losses", "Lost on the network", labels=["camera", "kind"])
        for camera in self._board.cameras:
            for kind, number in camera.losses().items():
                family.add_metric([camera.camera.id, kind], number)
        yield family

    def _pictures(self) -> Iterator[Metric]:
        fault = GaugeMetricFamily("skynet_edge_camera_fault", "1 while it has the fault", labels=["camera", "kind"])
        blocks = GaugeMetricFamily(
            "skynet_edge_camera_compared_blocks", "Blocks in which its scene is known", labels=["camera"]
        )
        looks = CounterMetricFamily("skynet_edge_camera_picture_looks", "Looks for faults", labels=["camera"])
        cost = CounterMetricFamily("skynet_edge_camera_picture_cpu_seconds", "CPU for these", labels=["camera"])
        for camera in self._board.cameras:
            camera_id, figures = camera.camera.id, camera.picture
            standing = {one.kind for one in camera.health().faults}
            for kind in CameraFaultKind:
                fault.add_metric([camera_id, kind.value], int(kind in standing))
            if figures.compared_blocks is not None:
                blocks.add_metric([camera_id], figures.compared_blocks)
            looks.add_metric([camera_id], figures.looks)
            cost.add_metric([camera_id], figures.cpu_s)
        yield fault
        yield blocks
        yield looks
        yield cost

    def _events(self) -> Iterator[Metric]:
        came = CounterMetricFamily("skynet_edge_camera_events", "Told by the camera itself", labels=["camera", "kind"])
        stands = GaugeMetricFamily("skynet_edge_camera_tells", "1 while the camera says so", labels=["camera", "kind"])
        heard = GaugeMetricFamily("skynet_edge_camera_events_heard", "1 while it is subscribed to", labels=["camera"])
        made = CounterMetricFamily("skynet_edge_camera_subscriptions", "Subscriptions made", labels=["camera"])
        left_out = CounterMetricFamily("skynet_edge_camera_states_left_out", "Beyond those kept", labels=["camera"])
        for camera in self._board.cameras:
            if (events := camera.events) is None:
                continue
            camera_id = camera.camera.id
            for kind, number in events.counts.items():
                came.add_metric([camera_id, kind], number)
            for kind in (EventKind.MOTION, EventKind.TAMPER):
                stands.add_metric([camera_id, kind], int(events.stands(kind)))
            heard.add_metric([camera_id], int(events.listening))
            made.add_metric([camera_id], events.subscriptions)
            left_out.add_metric([camera_id], events.left_out)
        yield from (came, stands, heard, made, left_out)

    def _entrance(self) -> Iterator[Metric]:
        if self._board.entrance is None:
            return
        gate, bell = self._board.entrance.gate, self._board.entrance.bell
        yield _gauge("cameras_connecting", "Streams that are being connected", gate.connecting)
        yield _gauge("cameras_waiting_to_connect", "Streams that wait for a place to connect", gate.waiting)
        yield _counter("camera_returns", "Streams that came back after a failure", bell.rings)

    def _load(self) -> Iterator[Metric]:
        pool, strain = self._board.pool, self._board.strain
        if pool is None or strain is None:
            return
        yield _gauge("analysis_rate", "Share of the wanted frames that the box can afford to analyse", strain.rate)
        yield _gauge("analysis_lag_seconds", "The worst lag of a followed camera in the last second", strain.lag_s)
        yield _gauge("decode_waiting", "Cameras that wait for a decode thread", pool.waiting)
        yield _counter("overloads", "Times that the box had to analyse less", strain.raised)
        yield _counter("decode_steps", "Pieces of work done by the decode threads", pool.figures.steps)
        yield _counter("decode_busy_seconds", "Time that the decode threads worked", pool.figures.busy_s)
        yield _counter("decode_waited_seconds", "Time that work waited for a decode thread", pool.figures.waited_s)
        yield _counter("decode_late", "Pieces of work that waited longer than they may", pool.figures.late)

    def _inference(self) -> Iterator[Metric]:
        if self._board.inference is None:
            return
        figures = self._board.inference.figures
        yield _counter("inference_runs", "Runs of a network", figures.runs)
        yield _counter("inference_frames", "Frames given to a network", figures.frames)
        yield _counter("inference_batches", "Runs that took several frames together", figures.batches)
        yield _counter("inference_busy_seconds", "Time spent in runs", figures.busy_s)
        yield _counter("inference_waited_seconds", "Time that frames waited for a run", figures.waited_s)
        yield _gauge("inference_waiting", "Frames that wait for a run", figures.waiting)

    def _clips(self) -> Iterator[Metric]:
        clips = self._board.clips
        if clips is None:
            return
        cut, kept, sent = clips.desk.figures, clips.store.figures(), clips.uplink.figures
        yield _counter("clips_requested", "Alerts that promised a clip", cut.requested)
        yield _counter("clips_cut", "Clips cut from memory", cut.cut)
        yield _counter("clips_masked", "Clips coded anew, because the camera has privacy masks", cut.masked)
        yield _counter("clips_delivered", "Clips that the coordinator has", sent.delivered)
        yield _counter("clip_failures", "Deliveries of clips that failed", sent.failures)
        yield _gauge("clips_pending", "Clips on disk that wait", kept.pending)
        yield _gauge("clips_bytes", "Bytes of clips on disk that wait", kept.bytes)
        given_up = CounterMetricFamily("skynet_edge_clips_given_up", "Clips that will never be sent", labels=["reason"])
        reasons = {**cut.given_up, **sent.given_up}
        reasons["room"] = kept.given_up  # one that found no room at all is among the desk's reasons
        for reason, number in reasons.items():
            given_up.add_metric([reason], number)
        yield given_up

    def _outbox(self) -> Iterator[Metric]:
        for name, number in asdict(self._board.outbox.figures()).items():
            make: Callable[[str, str, float], Metric] = _gauge if name in _GAUGES else _counter
            yield make(f"outbox_{name}", f"Outbox: {name.replace('_', ' ')}", number)

    def _hot_list(self) -> Iterator[Metric]:
        if self._board.hot_list is None:
            return
        figures = self._board.hot_list.figures()
        yield _gauge("hot_list_entries", "Vehicles that are looked for", figures["entries"])
        yield _gauge("hot_list_version", "Version of the list in use", figures["version"])
        yield _counter("hot_list_reads", "Plates compared with the list", figures["reads"])
        yield _counter("hot_list_loads", "Times that the list was loaded", figures["loads"])
        yield _counter(
            "hot_list_failures", "Times that a new list was no good and the old one stayed", figures["failures"]
        )
        hits = CounterMetricFamily("skynet_edge_hot_list_hits", "Hits on the list", labels=["certainty"])
        for certainty in Certainty:
            hits.add_metric([certainty], figures[certainty])
        yield hits

    def _uplink(self) -> Iterator[Metric]:
        for name, number in asdict(self._board.uplink.figures).items():
            yield _counter(f"uplink_{name}", f"Uplink: {name}", number)


def _counter(name: str, help_text: str, value: float) -> Metric:
    return CounterMetricFamily(f"skynet_edge_{name}", help_text, value=value)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"skynet_edge_{name}", help_text, value=value)
