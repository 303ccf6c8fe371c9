"""How long to wait before a step is tried again, by what went wrong."""

import random
from dataclasses import dataclass

from service.blaaiz.errors import Paused, RateLimited, Unauthorized


@dataclass(frozen=True, slots=True)
class Pauses:
    """Pauses in seconds; tests and benchmarks shorten them.

    Attributes:
        first_s: after a first failure; doubled with each further one.
        longest_s: what doubling ends at: a Blaaiz that is back is noticed within it.
        credentials_s: while our credentials are not taken: somebody must act first.
        spread_s: after a pause that many were told alike, they come back within it, not at once.

    """

    first_s: float = 1.0
    longest_s: float = 300.0
    credentials_s: float = 60.0
    spread_s: float = 30.0

    def after(self, fault: Exception, attempts: int) -> float:
        """The jittered pause after the `attempts`-th failure in a row, from 1 on."""
        grown = min(self.longest_s, self.first_s * 2.0 ** min(attempts - 1, 30))
        match fault:
            case RateLimited() | Paused():
                return fault.retry_after_s + random.uniform(0, max(self.spread_s, grown))
            case Unauthorized():
                return max(self.credentials_s, grown) * random.uniform(0.5, 1.5)
            case _:
                return grown * random.uniform(0.5, 1.5)
