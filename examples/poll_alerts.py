"""A dispatch console's loop: wait for alerts, print a line for each, never miss one and never see one twice.

    SKYNET_TOKEN=sky_console_... python examples/poll_alerts.py --url http://127.0.0.1:8700 --cursor-file desk.cursor

The cursor is saved after a page has been dealt with, so a crash in between shows that page again rather than never.
Needs only httpx. Stop with Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

import httpx

WAIT_S = 25
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0


def main() -> int:
    options = _options()
    token = options.token_file.read_text().strip() if options.token_file else os.environ.get("SKYNET_TOKEN", "")
    if not token:
        print("no token: set SKYNET_TOKEN or give --token-file", file=sys.stderr)
        return 2
    headers = {"Authorization": f"Bearer {token}", "X-Purpose": "dispatch"}
    pause_s = FIRST_PAUSE_S
    with httpx.Client(base_url=options.url, headers=headers, timeout=WAIT_S + 10) as client:
        while True:
            try:
                _take_page(client, options)
                pause_s = FIRST_PAUSE_S
            except (httpx.TransportError, httpx.HTTPStatusError) as error:
                if isinstance(error, httpx.HTTPStatusError) and error.response.status_code < 500:
                    # 400, 401, 403 …: asking again would not help. The problem's detail says what would.
                    print(f"refused: {error.response.json()['detail']}", file=sys.stderr)
                    return 1
                print(f"{error or type(error).__name__}; next try in {pause_s:.1f} s", file=sys.stderr, flush=True)
                time.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311  # jitter, not a secret
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def _take_page(client: httpx.Client, options: argparse.Namespace) -> None:
    query: dict[str, str | int] = {"wait": WAIT_S}
    if options.cursor_file.exists():
        query["cursor"] = options.cursor_file.read_text()
    page = client.get("/api/v1/alerts", params=query).raise_for_status().json()
    for record in page["items"]:
        alert = record["alert"]
        who = f"by a {alert['track']['label']}" if alert["track"] else f"({alert['fault']['kind']})"
        plate = f" plate {alert['plate']['text']}" if alert["plate"] else ""
        print(
            f"{alert['occurred_at']} {alert['severity']:<8} {alert['camera_id']}: {alert['kind']} in {alert['place']} "
            f"{who}{plate} [{alert['id']}]",
            flush=True,
        )
        if options.acknowledge and record["state"] == "new":
            _acknowledge(client, record, options.acknowledge)
    _save(options.cursor_file, page["next_cursor"])


def _acknowledge(client: httpx.Client, record: dict, operator: str) -> None:
    answer = client.post(
        f"/api/v1/alerts/{record['alert']['id']}/acknowledge",
        json={"operator": operator},
        headers={"If-Match": f'"{record["version"]}"'},
    )
    if answer.status_code == httpx.codes.CONFLICT:  # somebody else was first, or our own answer was lost on the way
        print(f"  {answer.json()['detail']}", flush=True)
    else:
        answer.raise_for_status()


def _save(path: Path, cursor: str) -> None:
    partial = path.with_name(path.name + ".part")
    with partial.open("w") as file:
        file.write(cursor)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8700")
    parser.add_argument("--token-file", type=Path, help="file with a console token (default: $SKYNET_TOKEN)")
    parser.add_argument("--cursor-file", type=Path, default=Path("poll_alerts.cursor"))
    parser.add_argument("--acknowledge", metavar="OPERATOR", help="acknowledge each new alert in this name")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
