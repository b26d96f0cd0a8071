"""A real Chromium for tests, driven over the DevTools protocol through a pair of pipes: no driver, no library."""

from __future__ import annotations

import base64
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
KEYS = {"Escape": 27, "Enter": 13, "Tab": 9}
PATIENCE_S = 30.0


class PageError(AssertionError):
    """The page threw, or did not get where it was expected."""


class Chromium:
    """One browser with one page. `said` collects what the page complained of, as (source, text)."""

    def __init__(self, profile: Path, language: str = "en-US") -> None:
        self.said: list[tuple[str, str]] = []
        self._log = (profile.parent / "chromium.log").open("wb")
        command_in, self._to = os.pipe()
        self._from, answers_out = os.pipe()
        # Chromium reads commands on descriptor 3 and answers on 4; bash puts ours there.
        plumbing = f'exec "$@" 3<&{command_in} 4>&{answers_out}'
        chromium = [
            "chromium",
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--lang={language}",
            f"--accept-lang={language}",
            "about:blank",
        ]
        self._process = subprocess.Popen(
            ["bash", "-c", plumbing, "bash", *chromium],
            pass_fds=(command_in, answers_out),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env=os.environ | {"LANGUAGE": language},
            start_new_session=True,
        )
        os.close(command_in)
        os.close(answers_out)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._from, selectors.EVENT_READ)
        self._unread = b""
        self._sent = 0
        self._session: str | None = None
        self._attach()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(20)
        self._selector.close()
        os.close(self._to)
        os.close(self._from)
        self._log.close()

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a DevTools method. Raises PageError with its complaint."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read(method)
            if answer.get("id") == self._sent:
                if "error" in answer:
                    raise PageError(f"{method}: {answer['error']}")
                return dict(answer["result"])

    def open(self, url: str) -> None:
        self.command("Page.navigate", url=url)

    def size(self, width: int, height: int, *, mobile: bool = False) -> None:
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile
        )

    def run(self, expression: str) -> Any:
        """The JSON value of a JavaScript expression in the page."""
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise PageError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_for(self, expression: str, within_s: float = PATIENCE_S) -> Any:
        """Wait until a JavaScript expression is true and return it."""
        return self.wait_until(expression, lambda: self.run(expression), within_s)

    def wait_until(self, what: str, happened: Callable[[], Any], within_s: float = PATIENCE_S) -> Any:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if result := happened():
                return result
            time.sleep(0.05)
        raise PageError(
            f"within {within_s:.0f} s not true: {what}; the page said {self.said}; it shows:\n{self.text()}"
        )

    def text(self, selector: str = "body") -> str:
        return str(self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def click(self, selector: str) -> None:
        """Click where the element is, as a mouse does."""
        where = self.run(
            f"(e => {{ const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})"
            f"(document.querySelector({json.dumps(selector)}))"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.command("Input.dispatchMouseEvent", type=kind, x=where[0], y=where[1], button="left", clickCount=1)

    def type(self, text: str) -> None:
        """Put text in where the focus is."""
        self.command("Input.insertText", text=text)

    def press(self, key: str) -> None:
        text = {} if key in KEYS and key != "Enter" else {"text": "\r" if key == "Enter" else key}
        code = KEYS.get(key, ord(key[0].upper()))
        self.command("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self.command("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"]))

    def _attach(self) -> None:
        targets = self.command("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self.command("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Audits"):
            self.command(f"{domain}.enable")

    def _read(self, method: str) -> dict[str, Any]:
        while b"\0" not in self._unread:
            if not self._selector.select(PATIENCE_S):
                raise PageError(f"Chromium did not answer {method} within {PATIENCE_S:.0f} s")
            chunk = os.read(self._from, 1 << 16)
            if not chunk:
                raise PageError(f"Chromium ended: {Path(self._log.name).read_text(errors='replace')[-2000:]}")
            self._unread += chunk
        raw, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(raw)
        self._listen(message.get("method", ""), message.get("params", {}))
        return message

    def _listen(self, event: str, params: dict[str, Any]) -> None:
        if event == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.said.append(("exception", str(details.get("exception", {}).get("description", details["text"]))))
        elif event == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.said.append(("console", str([arg.get("value", arg.get("description")) for arg in params["args"]])))
        elif event == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            entry = params["entry"]
            self.said.append((entry["source"], f"{entry['text']} {entry.get('url', '')}".strip()))
        elif event == "Audits.issueAdded":
            self.said.append(("issue", json.dumps(params["issue"])))
