"""The stand-in's misbehaviour: what goes wrong, where, when, and how often."""

import random
from dataclasses import dataclass, field

KINDS = {
    "latency": "answers after `value` seconds",
    "status": "answers with the status `value`, and takes nothing",
    "refuse": "answers with the status `value` and Laravel's `errors`, and takes nothing",
    "retry_after": "answers 429 with Retry-After `value`, and takes nothing",
    "drop_before": "closes the connection before the request is taken",
    "drop_after": "takes the request, and closes the connection before the reply",
    "half_upload": "keeps the first half of the bytes, and closes the connection",
    "twice": "takes the request twice, as a proxy that repeats it; a webhook is sent twice",
    "garbage": "takes the request, and answers 200 with a page of HTML",
    "lie": "takes nothing, and answers as if it had: with what it held before",
    "another_form": "shows owners in another form: capitals, blanks, numbers as text",
    "drip": "takes the request, and answers a byte at a time, each after `value` seconds",
    "flood": "takes the request, and answers `value` megabytes",
    "expire_token": "revokes all tokens before it looks at the request's",
    "clock_skew": "its clock is `value` seconds off: in webhooks, and in what expires",
}

_SORTS: dict[str, type | tuple[type, ...]] = {
    "kind": str,
    "path": str,
    "method": str,
    "skip": int,
    "times": int,
    "chance": (int, float),
    "value": (int, float),
    "errors": dict,
}


@dataclass
class Fault:
    """One fault.

    Attributes:
        kind: one of KINDS.
        path: part of the paths that it hits; empty for all.
        method: hit only this method; empty for all.
        skip: how many matching requests pass before the first is hit.
        times: how many requests it still hits; -1 for ever.
        chance: of each of them to be hit.
        value: seconds, status code: see the kind.
        errors: of `refuse`, by field.
    """

    kind: str
    path: str = ""
    method: str = ""
    skip: int = 0
    times: int = 1
    chance: float = 1.0
    value: float = 0
    errors: dict[str, list[str]] = field(default_factory=dict)

    def check(self) -> None:
        """Raises TypeError for a value of the wrong sort, which would break a later request."""
        for name, kinds in _SORTS.items():
            value = getattr(self, name)
            if not isinstance(value, kinds) or isinstance(value, bool):
                raise TypeError(f"{name} cannot be {value!r}")

    def hits(self, method: str, path: str, dice: random.Random) -> bool:
        """Whether this request is hit; counts down."""
        if self.times == 0 or self.path not in path or self.method not in {"", method}:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if dice.random() >= self.chance:
            return False
        if self.times > 0:
            self.times -= 1
        return True


@dataclass
class Faults:
    """All faults in force."""

    active: list[Fault] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    def replace(self, listed: object) -> None:
        """Takes these instead. Raises ValueError for an unknown kind, TypeError for a field."""
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise TypeError("a list of objects is needed")
        faults = [Fault(**one) for one in listed]
        for fault in faults:
            fault.check()
        unknown = {fault.kind for fault in faults} - set(KINDS)
        if unknown:
            raise ValueError(
                f"unknown kind: {', '.join(sorted(unknown))}; known: {', '.join(KINDS)}"
            )
        self.active = faults

    def hitting(self, method: str, path: str) -> list[Fault]:
        """The faults that hit a request."""
        return [
            fault
            for fault in self.active
            if fault.kind != "clock_skew" and fault.hits(method, path, self.dice)
        ]

    @property
    def clock_skew_s(self) -> float:
        """How far the clock is off; such a fault holds until it is taken away."""
        return sum(fault.value for fault in self.active if fault.kind == "clock_skew")
