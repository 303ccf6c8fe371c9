"""Logs as events with an allow-list of fields, and metrics. Neither ever holds personal data."""

import json
import logging
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, start_http_server
from prometheus_client.exposition import choose_encoder

from service import __version__

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


_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_MINUTES: Final = (1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)


class Metrics:
    """The service's own metrics, in a registry of their own; docs/operations.md lists them.

    Values of labels are names of ours (verdicts, codes, stages, routes, classes of errors), so
    that their number is bounded and none is a person's. The request id goes with what it moved as
    an exemplar, which OpenMetrics shows and Prometheus's older text leaves out.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        Info("prescreen_build", "Version of the service", registry=self.registry).info(
            {"version": __version__}
        )
        self._models = Gauge(
            "prescreen_model_info",
            "1 for each model that took part in screenings, by its version",
            ["model", "version"],
            registry=self.registry,
        )
        self._screenings = Counter(
            "prescreen_screenings_total",
            "Screenings by verdict and kind",
            ["verdict", "kind"],
            registry=self.registry,
        )
        self._findings = Counter(
            "prescreen_findings_total", "Findings by code", ["code"], registry=self.registry
        )
        self._stage_seconds = Histogram(
            "prescreen_stage_seconds",
            "Time by stage of a screening",
            ["stage"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._queue_seconds = Histogram(
            "prescreen_queue_seconds",
            "Time that a screening spent beside its stages: waiting for a worker, and the way there",
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._failed = Counter(
            "prescreen_screenings_failed_total",
            "Screenings without a verdict, by class of error",
            ["error"],
            registry=self.registry,
        )
        self._queue = Gauge(
            "prescreen_queue_length", "Requests that wait for a worker", registry=self.registry
        )
        self._requests = Counter(
            "prescreen_requests_total",
            "Requests by route and status",
            ["route", "status"],
            registry=self.registry,
        )
        self._request_seconds = Histogram(
            "prescreen_request_seconds",
            "Time from request to answer, by route",
            ["route"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.erasures = Counter(
            "prescreen_erasures_total",
            "Screenings erased, by why and by the verdict at which they stood",
            ["why", "standing"],
            registry=self.registry,
        )
        self.purged = Gauge(
            "prescreen_purge_last_timestamp_seconds",
            "When what was kept too long was last erased, by whichever process",
            registry=self.registry,
        )
        self.last_sweep = Gauge(
            "prescreen_sweep_last_timestamp_seconds",
            "When files that no row named were last looked for, by whichever process",
            registry=self.registry,
        )
        self.swept = Counter(
            "prescreen_blobs_swept_total",
            "Files deleted that no row named",
            registry=self.registry,
        )
        self._blaaiz_calls = Counter(
            "prescreen_blaaiz_calls_total",
            "Calls to Blaaiz by what they do and how they ended",
            ["call", "result"],
            registry=self.registry,
        )
        self._blaaiz_seconds = Histogram(
            "prescreen_blaaiz_seconds",
            "Time of a call to Blaaiz, by what it does",
            ["call"],
            registry=self.registry,
            buckets=(*_SECONDS, 60, 300),
        )
        self._submissions = Counter(
            "prescreen_submissions_total",
            "Submissions that ended, by state",
            ["state"],
            registry=self.registry,
        )
        self._unfinished = Gauge(
            "prescreen_submissions_unfinished",
            "Submissions that have not ended, of all processes",
            registry=self.registry,
        )
        self._oldest = Gauge(
            "prescreen_submissions_oldest_seconds",
            "Age of the oldest submission that has not ended, of all processes",
            registry=self.registry,
        )
        self._forward_seconds = Histogram(
            "prescreen_forward_seconds",
            "Time from a submission's taking to its end, by state",
            ["state"],
            registry=self.registry,
            buckets=_MINUTES,
        )
        self._put_off = Counter(
            "prescreen_forward_put_off_total",
            "Steps of forwarding that are tried again later, by class of error",
            ["error"],
            registry=self.registry,
        )

    def screened(
        self, verdict: str, kind: str, codes: Iterable[str], models: Mapping[str, str]
    ) -> None:
        """A screening has its verdict."""
        self._screenings.labels(verdict, kind).inc(exemplar=_exemplar())
        for code in codes:
            self._findings.labels(code).inc(exemplar=_exemplar())
        for model, version in models.items():
            self._models.labels(model, version).set(1)

    def timed(self, stages_ms: Mapping[str, float], elapsed_s: float) -> None:
        """A screening came back from its worker, `elapsed_s` after one was asked for."""
        for stage, spent in stages_ms.items():
            self._stage_seconds.labels(stage).observe(spent / 1000, _exemplar())
        waited = max(0.0, elapsed_s - stages_ms.get("total", 0.0) / 1000)
        self._queue_seconds.observe(waited, _exemplar())

    def screening_failed(self, fault: Exception) -> None:
        """A screening ended without a verdict."""
        self._failed.labels(type(fault).__name__).inc(exemplar=_exemplar())

    def waiting(self, requests: int) -> None:
        """So many requests wait for a worker now."""
        self._queue.set(requests)

    def answered(self, route: str, status: int, spent_s: float) -> None:
        """A request was answered; `route` is its pattern, never its path."""
        self._requests.labels(route, str(status)).inc(exemplar=_exemplar())
        self._request_seconds.labels(route).observe(spent_s, _exemplar())

    def called_blaaiz(self, call: str, result: str, spent_s: float) -> None:
        """A call to Blaaiz ended: `ok`, or as the named class of error."""
        self._blaaiz_calls.labels(call, result).inc(exemplar=_exemplar())
        self._blaaiz_seconds.labels(call).observe(spent_s, _exemplar())

    def submission_ended(self, state: str, after_s: float) -> None:
        """A submission reached a final state, `after_s` after it was taken."""
        self._submissions.labels(state).inc()
        self._forward_seconds.labels(state).observe(after_s)

    def backlog(self, submissions: int, oldest_s: float) -> None:
        """So many submissions have not ended, and the oldest of them is so old."""
        self._unfinished.set(submissions)
        self._oldest.set(oldest_s)

    def put_off(self, fault: Exception) -> None:
        """A step of forwarding failed and is tried again."""
        self._put_off.labels(type(fault).__name__).inc()

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All metrics and their media type, in OpenMetrics where `accept` asks for it."""
        encode, media_type = choose_encoder(accept)
        return encode(self.registry), media_type

    def serve(self, host: str, port: int) -> None:
        """Answers `/metrics` in a thread, for a process that has no other door."""
        start_http_server(port, host, self.registry)


def _exemplar() -> dict[str, str] | None:
    current = request_id.get()
    return {"request_id": current} if current else None
