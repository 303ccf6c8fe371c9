"""The worklist's filters as they stand in its address, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, get_args
from urllib.parse import parse_qsl, urlencode

from service.screening.catalogue import REASONS
from service.screening.claim import Kind
from service.store.worklist import STANDINGS, Place, Wanted

Show = Literal["needs", "mine", "review", "rejected", "retake", "accepted", "all"]
Age = Literal["", "15m", "1h", "4h", "1d", "7d"]

SHOWN: Final[tuple[Show, ...]] = get_args(Show)
AGES: Final[Mapping[str, str]] = {
    "15m": "over 15 minutes",
    "1h": "over an hour",
    "4h": "over 4 hours",
    "1d": "over a day",
    "7d": "over a week",
}
_LONGEST_AGE: Final = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
}
_LONGEST: Final = 128


@dataclass(frozen=True, slots=True)
class Address:
    """What the worklist shows; an empty text leaves a filter open."""

    show: Show = "needs"
    kind: str = ""
    country: str = ""
    code: str = ""
    customer: str = ""
    age: str = ""
    q: str = ""

    def wanted(self, analyst: str, now: datetime) -> Wanted:
        """The filters for the store. A reason code among the words is a filter by code."""
        words, code = self.q, self.code
        if words in REASONS and not code:
            words, code = "", words
        return Wanted(
            standing=self.show if self.show in STANDINGS else None,
            is_all=self.show in {"all", "mine"},
            kind=self.kind or None,
            country=self.country or None,
            code=code or None,
            customer_id=self.customer or None,
            claimed_by=analyst if self.show == "mine" else None,
            words=words,
            until=now - _LONGEST_AGE[self.age] if self.age else None,
        )

    @property
    def query(self) -> str:
        """The part of the address after the question mark, with what differs from the default."""
        given = {
            "show": "" if self.show == "needs" else self.show,
            "kind": self.kind,
            "country": self.country,
            "code": self.code,
            "customer": self.customer,
            "age": self.age,
            "q": self.q,
        }
        return urlencode({name: value for name, value in given.items() if value})

    def link(self, path: str = "/triage", done: str = "", anchor: str = "") -> str:
        """A page of the console with these filters; `done` names a decision that can be undone."""
        query = "&".join(one for one in (self.query, f"done={done}" if done else "") if one)
        return path + (f"?{query}" if query else "") + anchor

    @property
    def lasting(self) -> "Address":
        """What may be kept under a name: the filters, without whom somebody looked for."""
        code = self.code or (self.q if self.q in REASONS else "")
        return replace(self, code=code, customer="", q="")

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the lane is narrowed."""
        return replace(self, show="needs") != Address()

    def shown_as(self, show: Show) -> "Address":
        """Another lane with the same filters."""
        return replace(self, show=show)


def address_of(given: Mapping[str, str]) -> Address:
    """The filters of an address; what is not known is left open."""

    def text(name: str) -> str:
        return " ".join(given.get(name, "").split())[:_LONGEST]

    by_name: Mapping[str, Show] = {one: one for one in SHOWN}
    kind, age, country = text("kind"), text("age"), text("country").upper()
    code = text("code")
    return Address(
        show=by_name.get(given.get("show", ""), "needs"),
        kind=kind if kind in set(Kind) else "",
        country=country if len(country) == 2 and country.isalpha() else "",
        code=code if code in REASONS else "",
        customer=text("customer"),
        age=age if age in AGES else "",
        q=text("q"),
    )


def address_of_query(query: str) -> Address:
    """As `address_of`, of a query that was kept."""
    return address_of(dict(parse_qsl(query[:1000])))


def place_of(text: str | None) -> Place | None:
    """Where a page begins, from the address; None for the first."""
    attention, _, screening_id = (text or "").partition(".")
    if not attention.isdecimal() or not screening_id:
        return None
    return Place(min(int(attention), 9), screening_id[:40])


def place_in_words(place: Place) -> str:
    """The same for the address."""
    return f"{place.attention}.{place.screening_id}"
