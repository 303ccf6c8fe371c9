"""Logs as events with an allow-list of fields, and metrics. Neither ever holds personal data."""

import json
import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

request_id: ContextVar[str] = ContextVar("request_id", default="")

_FIELDS: Final = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "request_id",
        "method",
        "route",
        "status",
        "duration_ms",
        "key_id",
        "role",
        "screening_id",
        "submission_id",
        "event_id",
        "verdict",
        "codes",
        "kind",
        "check",
        "fault",
        "stage",
        "bytes",
        "side",
        "attempt",
        "state",
        "step",
        "worker",
        "queue",
        "version",
        "reason",
        "error_class",
        "erased",
        "record_id",
        "port",
    ]
)


def _allowed_only(
    logger: Any,  # noqa: ARG001 - structlog's signature
    method: str,  # noqa: ARG001
    fields: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    fields["request_id"] = request_id.get()
    return {name: value for name, value in fields.items() if name in _FIELDS}


class _BareFormatter(logging.Formatter):
    """What happened and where, without the words.

    A message, or that of an exception in a traceback, may repeat what a person typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One JSON line."""
        told: dict[str, object] = {
            "event": "library",
            "level": record.levelname,
            "logger": record.name,
        }
        kind, _, trace = record.exc_info or (None, None, None)
        if kind is not None:
            told["error_class"] = kind.__name__
        while trace is not None:
            code = trace.tb_frame.f_code
            told["where"] = f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}"
            trace = trace.tb_next
        return json.dumps(told)


def configure_logs(path: Path | None = None) -> None:
    """JSON lines to a file or standard error; of libraries only that they warned."""
    stream = path.open("a", encoding="utf-8", buffering=1) if path else sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allowed_only,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    of_libraries = logging.StreamHandler(stream)
    of_libraries.setFormatter(_BareFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries], force=True)


def log() -> Any:
    """A logger; call it with an event's name and allowed fields."""
    return structlog.get_logger()


class Metrics:
    """The service's own metrics, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.screenings = Counter(
            "prescreen_screenings_total",
            "Screenings by verdict and kind",
            ["verdict", "kind"],
            registry=self.registry,
        )
        self.findings = Counter(
            "prescreen_findings_total", "Findings by code", ["code"], registry=self.registry
        )
        self.stage_seconds = Histogram(
            "prescreen_stage_seconds",
            "Time by stage of a screening",
            ["stage"],
            registry=self.registry,
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self.requests = Counter(
            "prescreen_requests_total",
            "Requests by route and status",
            ["route", "status"],
            registry=self.registry,
        )
        self.queue = Gauge(
            "prescreen_queue_length", "Requests that wait for a worker", registry=self.registry
        )
        self.erasures = Counter(
            "prescreen_erasures_total",
            "Screenings erased, by why and by the verdict at which they stood",
            ["why", "standing"],
            registry=self.registry,
        )
        self.purged = Gauge(
            "prescreen_purge_last_timestamp_seconds",
            "When this process last erased what was kept too long",
            registry=self.registry,
        )
        self.forwards = Counter(
            "prescreen_submissions_total",
            "Submissions that reached a state",
            ["state"],
            registry=self.registry,
        )
