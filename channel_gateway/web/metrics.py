"""What is counted, in a registry of our own; children are kept, because looking them up is slow.

Several processes on one port count into files of one folder (`FOLDER_VARIABLE`), so that a scrape
that reaches any of them tells of all. The client library looks at the variable when it is imported.
"""

import os
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from channel_gateway.web.backlog import MOST_COUNTED, Backlog

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def forget_process(process: int) -> None:
    """What a process that has ended was doing is not under way any more."""
    if FOLDER_VARIABLE in os.environ:
        mark_process_dead(process)  # type: ignore[no-untyped-call]


class Metrics:
    """Labels are templates and statuses, never what a caller chose."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.in_flight = Gauge(
            "gateway_requests_in_flight",
            "Requests being answered.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._requests = Counter(
            "gateway_requests",
            "Answers sent.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "gateway_request_seconds",
            "Time from header to answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._callbacks = Counter(
            "gateway_callbacks",
            "Callbacks of platforms by what became of them.",
            ("name", "outcome"),
            registry=self.registry,
        )
        self._doors = Counter(
            "gateway_door_refusals",
            "Calls of a door without its key, or from an address it is not open to.",
            ("name", "why"),
            registry=self.registry,
        )
        self._staff = Counter(
            "gateway_staff_refusals",
            "Calls for staff or operators by whom we do not know, or with a locked token.",
            ("code",),
            registry=self.registry,
        )
        self._refused = Counter(
            "gateway_callbacks_refused",
            "What was wrong with callbacks, of those whose refused calls are kept.",
            ("name", "code"),
            registry=self.registry,
        )
        self._listened = Counter(
            "gateway_listener_connections",
            "Connections of partners who speak no HTTP, by what became of them.",
            ("name", "outcome"),
            registry=self.registry,
        )
        self._unknown_codes = Counter(
            "gateway_courier_codes_unknown",
            "Scans of couriers whose code no table has; the log names them.",
            ("courier",),
            registry=self.registry,
        )
        self.turned_away = Counter(
            "gateway_connections_turned_away",
            "Connections closed at once, because there were as many as we keep.",
            registry=self.registry,
        )
        self._late = self._of_collections(
            "gateway_task_late_seconds", "How long the task that has waited longest has been due."
        )
        self._dead = self._of_collections(
            "gateway_dead_letters",
            f"Documents with something for a person to look at, counted up to {MOST_COUNTED}.",
        )
        self._count: dict[tuple[str, str, int], Counter] = {}
        self._time: dict[str, Histogram] = {}
        self._called: dict[tuple[str, int, bool], Counter] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer and its time under its route's template."""
        key = (method, route, status)
        counter = self._count.get(key)
        if counter is None:
            counter = self._count[key] = self._requests.labels(method, route, str(status))
        counter.inc()
        clock = self._time.get(route)
        if clock is None:
            clock = self._time[route] = self._seconds.labels(route)
        clock.observe(seconds)

    def called_back(self, name: str, status: int, code: str) -> None:
        """Count a callback: acknowledged, refused, or failed (5xx), to be sent again.

        Some platforms want their refusals with 200: what was wrong stands in `code`.
        """
        key = (name, status, bool(code))
        counter = self._called.get(key)
        if counter is None:
            taken = status < 300 and not code
            outcome = "acknowledged" if taken else "refused" if status < 500 else "failed"
            counter = self._called[key] = self._callbacks.labels(name, outcome)
        counter.inc()

    def turned_from_door(self, name: str, why: str) -> None:
        self._doors.labels(name, why).inc()

    def staff_refused(self, code: str) -> None:
        self._staff.labels(code).inc()

    def refused(self, name: str, code: str) -> None:
        self._refused.labels(name, code).inc()

    def listened(self, name: str, outcome: str) -> None:
        self._listened.labels(name, outcome).inc()

    def unknown_code(self, courier: str) -> None:
        self._unknown_codes.labels(courier).inc()

    def waiting(self, found: Mapping[str, Backlog]) -> None:
        """Learn what waits in each collection."""
        for collection, backlog in found.items():
            self._late.labels(collection).set(backlog.late_ms / 1000)
            self._dead.labels(collection).set(backlog.dead_letters)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        if FOLDER_VARIABLE not in os.environ:
            return generate_latest(self.registry)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
        return generate_latest(everybody)

    def _of_collections(self, name: str, summary: str) -> Gauge:
        # Whoever is asked last has asked the store last, and it is the same for all.
        return Gauge(
            name,
            summary,
            ("collection",),
            registry=self.registry,
            multiprocess_mode="mostrecent",
        )
