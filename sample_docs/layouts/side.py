"""What a layout hands back: one side of a document, flat, and what it says."""

from dataclasses import dataclass, field

from sample_docs.canvas import Page


@dataclass(slots=True)
class FlatSide:
    """A drawn side with its truth.

    `fields` by the API's names; `mrz_format` and `mrz_lines` where it has a zone.
    """

    page: Page
    fields: dict[str, str] = field(default_factory=dict)
    mrz_format: str | None = None
    mrz_lines: list[str] | None = None


@dataclass(slots=True)
class FlatDocument:
    """A document of one or two sides."""

    kind: str
    issuing_state: str
    country: str | None
    front: FlatSide
    back: FlatSide | None = None
