"""The policy: every outcome and limit an operator may change, as one versioned TOML file."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

NATIONAL_ID_CODE: Final = "document_national_id_not_accepted"
# What an operator cannot soften: the partner refuses these cards whatever our policy says.
NEVER_ACCEPTED_KINDS: Final = frozenset({"national_id", "none"})


class Outcome(StrEnum):
    """What a finding demands; the worst of a screening decides its verdict."""

    INFO = "info"
    REVIEW = "review"
    RETAKE = "retake"
    REJECT = "reject"


class PolicyInvalid(Exception):
    """A policy file asks for something unknown or forbidden; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Outcomes and limits in force.

    Attributes:
        version: the file's own version and a digest of all values, so that two policies that
            differ anywhere are told apart in every screening.
        outcomes: reason code to outcome.
        limits: "check id.limit name" to its value, in the unit that the check declares.
        kinds: customer type to the document kinds it may use.
        countries: printed issuing code to the alpha-2 code it counts as, over the package's table.
        required_checks: document kind to the checks which must have run before it is accepted.
        attempts_max: screenings a person has before the next goes to review.

    """

    version: str
    outcomes: Mapping[str, Outcome]
    limits: Mapping[str, float]
    kinds: Mapping[str, frozenset[str]]
    countries: Mapping[str, str]
    required_checks: Mapping[str, tuple[str, ...]]
    attempts_max: int

    def outcome(self, code: str) -> Outcome:
        """Outcome of a reason code. Raises KeyError for a code that no check declares."""
        return self.outcomes[code]

    def limit(self, check: str, name: str) -> float:
        """Value of a limit. Raises KeyError for one that the check does not declare."""
        return self.limits[f"{check}.{name}"]


def load_policy(path: Path | None = None) -> Policy:
    """The package's default policy, overlaid with the file at `path` where one is given.

    Raises:
        PolicyInvalid: the file is not TOML, names an unknown code, limit, kind or table, or
            tries to accept national identity cards.

    """
    default = tomllib.loads(
        resources.files("service.policy").joinpath("default.toml").read_text("utf-8")
    )
    if path is None:
        return _policy_from(default)
    try:
        overlay = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise PolicyInvalid(f"The policy file cannot be read as TOML: {cause}") from cause
    return _policy_from(_overlaid(default, overlay))


_OPEN_TABLES = frozenset({"countries"})


def _overlaid(default: dict[str, object], overlay: dict[str, object]) -> dict[str, object]:
    merged = dict(default)
    for table, value in overlay.items():
        known = default.get(table)
        if known is None:
            raise PolicyInvalid(f"Unknown table or key [{table}]; known: {', '.join(default)}.")
        if not isinstance(known, dict):
            merged[table] = value
            continue
        if not isinstance(value, dict):
            raise PolicyInvalid(f"[{table}] must be a table.")
        known = cast("dict[str, object]", known)
        entries = cast("dict[str, object]", value)
        unknown = set() if table in _OPEN_TABLES else set(entries) - set(known)
        if unknown:
            raise PolicyInvalid(f"[{table}] has unknown entries: {', '.join(sorted(unknown))}.")
        merged[table] = {**known, **entries}
    return merged


def _policy_from(tables: dict[str, object]) -> Policy:
    try:
        outcomes = {code: Outcome(str(value)) for code, value in _table(tables, "outcomes").items()}
        limits = {
            name: float(cast("float", value)) for name, value in _table(tables, "limits").items()
        }
        kinds = {
            customer: frozenset(_texts(value))
            for customer, value in _table(tables, "kinds").items()
        }
        required = {
            kind: tuple(_texts(value)) for kind, value in _table(tables, "required_checks").items()
        }
        countries = {code: str(to) for code, to in _table(tables, "countries").items()}
        attempts = int(cast("int", _table(tables, "attempts")["max"]))
    except (KeyError, TypeError, ValueError) as cause:
        raise PolicyInvalid(f"The policy has a wrong value: {cause}") from cause
    if outcomes.get(NATIONAL_ID_CODE) is not Outcome.REJECT:
        raise PolicyInvalid("National identity cards cannot be switched to accepted.")
    for customer, accepted in kinds.items():
        forbidden = accepted & NEVER_ACCEPTED_KINDS
        if forbidden:
            raise PolicyInvalid(f"[kinds] {customer} cannot use {', '.join(sorted(forbidden))}.")
    digest = hashlib.sha256(
        repr(
            (
                sorted(outcomes.items()),
                sorted(limits.items()),
                sorted(countries.items()),
                sorted((k, sorted(v)) for k, v in kinds.items()),
                sorted(required.items()),
                attempts,
            )
        ).encode()
    ).hexdigest()[:8]
    return Policy(
        version=f"{tables.get('version', 'unversioned')}+{digest}",
        outcomes=MappingProxyType(outcomes),
        limits=MappingProxyType(limits),
        kinds=MappingProxyType(kinds),
        countries=MappingProxyType(countries),
        required_checks=MappingProxyType(required),
        attempts_max=attempts,
    )


def _table(tables: dict[str, object], name: str) -> dict[str, object]:
    value = tables[name]
    if not isinstance(value, dict):
        raise PolicyInvalid(f"[{name}] must be a table.")
    return cast("dict[str, object]", value)


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise PolicyInvalid(f"A list of names is needed, not {value!r}.")
    return [str(entry) for entry in cast("list[object]", value)]
