"""A program that talks to an ONVIF camera through onvif-zeep-async, which shares nothing with ours or with the stub.

Its own process, since importing it sets up logging for all and takes proxies out of the environment. The login comes
by the environment (CAMERA_USER, CAMERA_PASSWORD); each argument is a camera's host:port, told of in a line of JSON.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import json
import os
import sys
from typing import Any

from onvif import ONVIFCamera
from zeep.exceptions import Fault

PULL_S = 5


async def look(address: str, user: str, password: str) -> dict[str, Any]:
    host, _, port = address.partition(":")
    camera = ONVIFCamera(host, int(port), user, password, no_cache=True, adjust_time=True)
    try:
        await camera.update_xaddrs()
        told = await _about(camera)
        told |= await _turn(camera, told["profiles"][0]["token"])
        return told | await _listen(camera)
    except Fault as fault:
        return {"fault": f"{fault.message} {fault.subcodes}"}
    finally:
        await camera.close()


async def _about(camera: ONVIFCamera) -> dict[str, Any]:
    device, media = await camera.create_devicemgmt_service(), await camera.create_media_service()
    about, scopes, profiles = await device.GetDeviceInformation(), await device.GetScopes(), await media.GetProfiles()
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    uris = [
        (await media.GetStreamUri({"StreamSetup": setup, "ProfileToken": profile.token})).Uri for profile in profiles
    ]
    snapshot = await camera.get_snapshot(profiles[0].token)
    return {
        "make": about.Manufacturer,
        "model": about.Model,
        "firmware": about.FirmwareVersion,
        "scopes": [scope.ScopeItem for scope in scopes],
        "services": sorted(camera.xaddrs),
        "profiles": [_profile(profile) for profile in profiles],
        "streams": uris,
        "snapshot_sha256": hashlib.sha256(snapshot or b"").hexdigest(),
    }


def _profile(profile: Any) -> dict[str, Any]:
    encoder = profile.VideoEncoderConfiguration
    return {
        "token": profile.token,
        "name": profile.Name,
        "width": encoder.Resolution.Width,
        "height": encoder.Resolution.Height,
        "fps": encoder.RateControl.FrameRateLimit,
        "gop": encoder.H264.GovLength,
        "ptz": profile.PTZConfiguration is not None,
    }


async def _turn(camera: ONVIFCamera, profile: str) -> dict[str, Any]:
    ptz = await camera.create_ptz_service()
    here = {"ProfileToken": profile}
    spaces = (await ptz.GetNodes())[0].SupportedPTZSpaces
    await ptz.ContinuousMove(here | {"Velocity": {"PanTilt": {"x": 0.5, "y": 0.0}}})
    moving = (await ptz.GetStatus(here)).MoveStatus.PanTilt
    await ptz.Stop(here | {"PanTilt": True, "Zoom": True})
    await ptz.AbsoluteMove(here | {"Position": {"Zoom": {"x": 0.25}}})
    zoom = (await ptz.GetStatus(here)).Position.Zoom.x
    token = await ptz.SetPreset(here | {"PresetName": "north gate"})
    await ptz.GotoPreset(here | {"PresetToken": token})
    presets = {preset.token: preset.Name for preset in await ptz.GetPresets(here)}
    await ptz.RemovePreset(here | {"PresetToken": token})
    return {
        "pan_range": spaces.ContinuousPanTiltVelocitySpace[0].XRange.Max,
        "moving": moving,
        "zoom": zoom,
        "preset": token,
        "presets": presets,
    }


async def _listen(camera: ONVIFCamera) -> dict[str, Any]:
    manager = await camera.create_pullpoint_manager(datetime.timedelta(seconds=60), lambda: None)
    await manager.set_synchronization_point()
    pull = manager.get_service()
    # a limit of one, so that what waits has to be fetched in turns
    got = [
        await pull.PullMessages({"Timeout": datetime.timedelta(seconds=PULL_S), "MessageLimit": 1}) for _ in range(2)
    ]
    await manager.shutdown()
    notices = [notice for answer in got for notice in answer.NotificationMessage]
    return {"topics": [notice.Topic._value_1 for notice in notices], "values": [_items(notice) for notice in notices]}


def _items(notice: Any) -> dict[str, str]:
    data = notice.Message._value_1.Data
    return {item.Name: item.Value for item in data.SimpleItem}


async def main() -> None:
    for address in sys.argv[1:]:
        told = await look(address, os.environ["CAMERA_USER"], os.environ["CAMERA_PASSWORD"])
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
