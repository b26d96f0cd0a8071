"""Serve MP4 files over RTSP, run by the system's Python because GStreamer's bindings live there.

Reads one JSON object from standard input: {"port": …, "clips": {"name": {"path": …, "codec": "h264" or "hevc"}}};
serves each as it is coded and in real time, from its beginning to each client, and prints "ready" when it does. Ends
when standard input closes.
"""

# mypy: ignore-errors
# The bindings of GStreamer have no types, and are not in this project's environment.

import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

_PAY = {
    "h264": "h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1",
    "hevc": "h265parse ! rtph265pay name=pay0 pt=96 config-interval=-1",
}


def main():
    wishes = json.loads(sys.stdin.readline())
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(wishes["port"]))
    for name, clip in wishes["clips"].items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(
            f'( filesrc location="{clip["path"]}" ! qtdemux name=demux demux.video_0 ! queue ! {_PAY[clip["codec"]]} )'
        )
        factory.set_shared(False)
        server.get_mount_points().add_factory(f"/{name}", factory)
    loop = GLib.MainLoop()
    if not server.attach(None):
        sys.exit(f"port {wishes['port']} is taken")
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    print("ready", flush=True)
    loop.run()


if __name__ == "__main__":
    main()
