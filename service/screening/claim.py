"""What the caller says of customer and document; what the document says is evidence."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a picture shows. The first four may be accepted, by the customer's type."""

    PASSPORT = "passport"
    DRIVERS_LICENSE = "drivers_license"
    RESIDENT_PERMIT = "resident_permit"
    CERTIFICATE_OF_INCORPORATION = "certificate_of_incorporation"
    NATIONAL_ID = "national_id"
    VISA = "visa"
    PASSPORT_CARD = "passport_card"
    OTHER = "other"
    NONE = "none"


class Side(StrEnum):
    """A side of the document; a one-page document has only a front."""

    FRONT = "front"
    BACK = "back"


class CustomerType(StrEnum):
    """Whom Blaaiz onboards."""

    INDIVIDUAL = "individual"
    BUSINESS = "business"


@dataclass(frozen=True, slots=True)
class Claim:
    """Customer and document as the caller describes them.

    Attributes:
        country: the customer's country, ISO 3166-1 alpha-2.
        document_type: the kind that the person says it is; None where nothing was said.

    """

    country: str
    customer_type: CustomerType = CustomerType.INDIVIDUAL
    document_type: Kind | None = None
    first_name: str | None = None
    last_name: str | None = None
    business_name: str | None = None
    date_of_birth: date | None = None
    id_number: str | None = None
    registration_number: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What is known of earlier screenings of this person and this picture.

    Attributes:
        attempt: which screening of this person this is, from 1.
        turned_away_before: the same bytes or nearly the same picture was already turned away
            for this person.
        reused_by: ids of screenings of other customers with the same picture or document.
        check_digits_failed_before: an earlier attempt already ended with failing check digits.

    """

    attempt: int = 1
    turned_away_before: bool = False
    reused_by: tuple[str, ...] = ()
    check_digits_failed_before: bool = False
