"""The stand-in's misbehaviour: what goes wrong, where, and how often."""

from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "latency",
    "status",
    "drop_before",
    "drop_after",
    "expire_token",
    "retry_after",
)


@dataclass
class Fault:
    """One fault.

    Attributes:
        kind: one of KINDS. `drop_before` closes the connection before the request has an effect,
            `drop_after` after it.
        path: part of the paths that it hits; empty for all.
        method: hit only this method; empty for all.
        times: how many requests it still hits; -1 for ever.
        value: seconds of latency, status code, or seconds of Retry-After.
    """

    kind: str
    path: str = ""
    method: str = ""
    times: int = 1
    value: float = 0

    def hits(self, method: str, path: str) -> bool:
        """Whether this request is hit; counts down."""
        if self.times == 0 or self.path not in path or self.method not in {"", method}:
            return False
        if self.times > 0:
            self.times -= 1
        return True


@dataclass
class Faults:
    """All faults in force."""

    active: list[Fault] = field(default_factory=list)

    def replace(self, listed: list[dict[str, Any]]) -> None:
        """Takes these instead. Raises ValueError for an unknown kind."""
        faults = [Fault(**one) for one in listed]
        unknown = {fault.kind for fault in faults} - set(KINDS)
        if unknown:
            raise ValueError(
                f"unknown kind: {', '.join(sorted(unknown))}; known: {', '.join(KINDS)}"
            )
        self.active = faults

    def hitting(self, method: str, path: str) -> list[Fault]:
        """The faults that hit a request."""
        return [fault for fault in self.active if fault.hits(method, path)]
