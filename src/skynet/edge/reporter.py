"""Tells the coordinator every few seconds that the box is alive and how its cameras are doing.

A thread of its own, so that a slow delivery of alerts does not make a box look dead, and the other way round. Nothing
is kept when a report cannot be sent: the next one says it all again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from skynet.domain.contract import BoxReport
from skynet.edge.coordinator_client import CoordinatorClient, DeliveryError
from skynet.edge.issues import Issues
from skynet.edge.outbox import OutboxError

log = logging.getLogger(__name__)
_ISSUE, _REFUSED = "report", "report-refused"


class Reporter:
    """Posts what `report` makes every `every_s` seconds, at once at start and once more at the end."""

    def __init__(
        self, report: Callable[[], BoxReport], client: CoordinatorClient, issues: Issues, every_s: float
    ) -> None:
        self._report = report
        self._client = client
        self._issues = issues
        self._every_s = every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="reporter", daemon=True)
        self.sent = 0
        self.failures = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self, within_s: float) -> None:
        """Send a last report and end; given up after `within_s`."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(within_s)

    def _work(self) -> None:
        last = False
        while not last:
            last = self._stopped.is_set()
            try:
                self._send()
            except Exception:  # top of the worker loop: a report that fails must not end all reports
                log.exception("a report failed")
                self.failures += 1
            if not last:
                self._stopped.wait(self._every_s)

    def _send(self) -> None:
        try:
            refused = self._client.post_report(self._report())
        except (DeliveryError, OutboxError) as error:
            self.failures += 1
            self._issues.open(_ISSUE, str(error))
            return
        self.sent += 1
        self._issues.close(_ISSUE)
        if refused:
            self._issues.open(_REFUSED, "; ".join(refused))
        else:
            self._issues.close(_REFUSED)
