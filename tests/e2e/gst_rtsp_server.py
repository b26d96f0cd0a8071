"""An RTSP server for tests, run by the system's Python because GStreamer's bindings live there.

Reads one JSON object from standard input: {"port": …, "user": … or null, "password": …, "digest": …,
"clips": {"name": "/path/to.mp4"}}; serves each clip's video as it is coded, a tone without video under "sound", and
prints "ready" when it does.
Ends when standard input closes, so that it never outlives the test that started it.
"""

import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

_PARSE_AND_PAY = {
    "h264": "h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1",
    "hevc": "h265parse ! rtph265pay name=pay0 pt=96 config-interval=-1",
}


def _protect(server, mounts_factory, user, password, digest):
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if digest:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    for factory in mounts_factory:
        permissions = GstRtspServer.RTSPPermissions.new()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)


def main():
    wishes = json.loads(sys.stdin.readline())
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(wishes["port"]))
    factories = []
    for name, clip in wishes["clips"].items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(
            f'( filesrc location="{clip["path"]}" ! qtdemux name=demux demux.video_0 ! queue ! '
            f"{_PARSE_AND_PAY[clip['codec']]} )"
        )
        factory.set_shared(False)
        server.get_mount_points().add_factory(f"/{name}", factory)
        factories.append(factory)
    sound = GstRtspServer.RTSPMediaFactory()
    sound.set_launch("( audiotestsrc is-live=true ! audio/x-raw,rate=8000 ! alawenc ! rtppcmapay name=pay0 )")
    server.get_mount_points().add_factory("/sound", sound)
    factories.append(sound)
    if wishes["user"]:
        _protect(server, factories, wishes["user"], wishes["password"], wishes["digest"])
    loop = GLib.MainLoop()
    if not server.attach(None):
        sys.exit(f"port {wishes['port']} is taken")
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    print("ready", flush=True)
    loop.run()


if __name__ == "__main__":
    main()
