"""The words of the rules: what a rule sees, and what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from service.blaaiz.customer import Customer
from service.locales.translate import Phrase, fill, translate


@dataclass(frozen=True, slots=True)
class FieldError:
    """A field that breaks a rule of the update page.

    Attributes:
        phrase: what to do, with placeholders.
        rule: its number there.
        words: what fills the placeholders: values of the API, the same in every language.

    """

    field: str
    code: str
    phrase: Phrase
    rule: int
    words: tuple[tuple[str, str], ...] = ()

    def message(self, language: str = "en") -> str:
        """For people."""
        return fill(translate(self.phrase, language), dict(self.words))

    def as_wire(self, language: str) -> dict[str, object]:
        """The form of the API."""
        return {
            "field": self.field,
            "code": self.code,
            "message": self.message(language),
            "rule": self.rule,
        }


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What was found out beside the customer.

    Attributes:
        document_type, document_country: of the screened document; None where there is none.
        document_is_national_id: it is a national identity card.
        document_is_accepted: its screening stands as accepted: legible, and nothing against it.
        document_is_an_owners: it is a beneficial owner's, not the customer's own.
        is_registration_taken: another business customer has the registration in question.

    """

    document_type: str | None = None
    document_country: str | None = None
    document_is_national_id: bool = False
    document_is_accepted: bool = True
    document_is_an_owners: bool = False
    is_registration_taken: bool = False


class Rule(Protocol):
    """A module of `service.blaaiz.rules`."""

    def check(
        self, update: Mapping[str, Any], customer: Customer, context: RuleContext
    ) -> Sequence[FieldError]:
        """Errors, none where the rule is kept."""
        ...
