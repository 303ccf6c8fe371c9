"""Traces from a request to the last step of its forward, by OTLP where a collector is set.

Spans go through a tracer of our own, not the global one: no library adds to them, and none of its
attributes. Ours come from an allow-list, as fields of log lines do. Without a collector all of it
does nothing.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.trace import NoOpTracer, Span, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from service import __version__

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

_PROPAGATOR: Final = TraceContextTextMapPropagator()
_ATTRIBUTES: Final = {
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
    "request_id": "prescreen.request_id",
    "screening_id": "prescreen.screening_id",
    "submission_id": "prescreen.submission_id",
    "verdict": "prescreen.verdict",
    "kind": "prescreen.kind",
}
"""What a span may say, by the names of log fields, and under which name it says so."""


class TracingMissing(Exception):
    """The packages of the extra `otel` are not installed."""


class _Tracing:
    tracer: Tracer = NoOpTracer()


def trace_to(endpoint: str) -> Callable[[], None]:
    """Sends spans to a collector, OTLP over HTTP; what is returned sends the rest and stops.

    Raises:
        TracingMissing: see there.

    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as cause:
        raise TracingMissing from cause
    return trace_through(BatchSpanProcessor(OTLPSpanExporter(endpoint)))


def trace_through(processor: "SpanProcessor") -> Callable[[], None]:
    """Gives spans to a processor; what is returned ends that."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider(
        resource=Resource.create({"service.name": "prescreen", "service.version": __version__})
    )
    provider.add_span_processor(processor)
    _Tracing.tracer = provider.get_tracer("prescreen", __version__)

    def stop() -> None:
        _Tracing.tracer = NoOpTracer()
        provider.shutdown()

    return stop


@contextmanager
def span(
    name: str, parent: Mapping[str, str] | None = None, **attributes: str | int
) -> Generator[Span]:
    """A span of the present trace, or of the one that `parent`, W3C's headers, names.

    Of an exception it tells the class alone: messages may hold anything.
    """
    context = _PROPAGATOR.extract(dict(parent)) if parent else None
    with _Tracing.tracer.start_as_current_span(
        name, context, record_exception=False, set_status_on_exception=False
    ) as current:
        tell(current, **attributes)
        try:
            yield current
        except BaseException as fault:
            current.set_attribute("error.type", type(fault).__name__)
            current.set_status(StatusCode.ERROR)
            raise


def tell(current: Span, **attributes: str | int) -> None:
    """Adds attributes to a span, those that are allowed."""
    for name, value in attributes.items():
        if name in _ATTRIBUTES:
            current.set_attribute(_ATTRIBUTES[name], value)


def present_trace() -> dict[str, Any]:
    """What names the present span to others, W3C's `traceparent`; empty without a collector."""
    carrier: dict[str, Any] = {}
    if not isinstance(_Tracing.tracer, NoOpTracer):
        _PROPAGATOR.inject(carrier)
    return carrier
