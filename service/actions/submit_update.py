"""The update on its way: checked against every rule, then recorded; the forwarder does the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from service.actions.decide_screening import ScreeningMissing
from service.actions.screen_document import Screener, ScreenRequest
from service.blaaiz.client import BlaaizClient
from service.blaaiz.customer import Customer
from service.blaaiz.errors import NotFound
from service.blaaiz.rules import check_rules
from service.blaaiz.rules.owners import check_owner_document
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.forward.states import State
from service.ids import canonical_id, new_id
from service.intake.sniff import sniff
from service.store import audit, screenings, submissions
from service.store.encryption import ObjectKey
from service.store.tables import Screening, Submission

_COMPARED: Final = (
    "country",
    "first_name",
    "last_name",
    "business_name",
    "id_number",
    "registration_number",
    "date_of_birth",
)
_OTHER_FILES = {
    "proof_of_address_file": "proof_of_address",
    "liveness_check_file": "liveness_check",
}


class CustomerMissing(Exception):
    """Blaaiz holds no customer of this id, or none is configured."""


class SubmissionMissing(Exception):
    """No submission of this id that the caller may see."""


class OwnerMissing(Exception):
    """The customer has no beneficial owner of this id."""


class ScreeningNotAccepted(Exception):
    """The screening does not stand as accepted, or is another customer's."""


class SubmissionNotFailed(Exception):
    """Only a failed submission can be retried."""


class SubmissionOvertaken(Exception):
    """A later submission of the customer has gone on already."""


class UpdateRefused(Exception):
    """The update breaks rules, or its document was not accepted; nothing was sent."""

    def __init__(
        self, errors: tuple[FieldError, ...], screening: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__("update refused")
        self.errors, self.screening = errors, screening


@dataclass(frozen=True, slots=True)
class UpdateFiles:
    """The files of `PUT /v1/customers/{id}`; `others` by the API's field names."""

    front: bytes
    back: bytes | None
    others: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Submitter:
    """The parts that a submission needs."""

    screener: Screener
    blaaiz: BlaaizClient | None
    deadline: timedelta

    async def check(
        self, customer_id: str, update: Mapping[str, Any], screening: Screening | None = None
    ) -> tuple[FieldError, ...]:
        """Every rule that the update breaks, against the customer as Blaaiz holds it now."""
        customer = await self._customer(customer_id)
        context = await self._context(customer, update, screening)
        return check_rules(update, customer, context)

    async def submit(
        self,
        customer_id: str,
        screening_id: str,
        update: Mapping[str, Any],
        actor: str,
        own_only: bool,  # noqa: FBT001
        origin: str | None = None,
    ) -> Submission:
        """Forwards a screening that stands as accepted.

        Args:
            origin: digest of a request that may come again, though we have died meanwhile.

        Raises:
            ScreeningMissing, ScreeningNotAccepted, CustomerMissing, UpdateRefused: see there.

        """
        made = await self._made_by(origin)
        if made is not None:
            return made
        customer_id = canonical_id(customer_id)
        async with self.screener.sessions() as session:
            row = await session.get(Screening, screening_id)
        if row is None or row.erased_at is not None or (own_only and row.key_id != actor):
            raise ScreeningMissing(screening_id)
        if not screenings.is_accepted(row):
            raise ScreeningNotAccepted(
                f"This screening stands as {row.standing}; only accepted ones are forwarded."
            )
        if row.customer_id is not None and row.customer_id != customer_id:
            raise ScreeningNotAccepted("This screening is of another customer.")
        errors = await self.check(customer_id, update, row)
        if errors:
            raise UpdateRefused(errors)
        return await self._record(customer_id, screening_id, update, {}, actor, origin=origin)

    async def screen_and_submit(
        self,
        customer_id: str,
        update: Mapping[str, Any],
        files: UpdateFiles,
        actor: str,
        origin: str | None = None,
    ) -> Submission:
        """Screens the files, checks the rules, and records the submission where all is well.

        Args:
            origin: as in `submit`.

        Raises:
            CustomerMissing, UpdateRefused (with the screening), and all that screening raises.

        """
        made = await self._made_by(origin)
        if made is not None:
            return made
        customer_id = canonical_id(customer_id)
        customer = await self._customer(customer_id)
        claim = _claimed(update) | {"customer_type": customer.type}
        if update.get("id_type") in {"passport", "drivers_license", "resident_permit"}:
            claim["document_type"] = str(update["id_type"])
        record = await self.screener.screen(
            ScreenRequest(files.front, files.back, claim, customer_id, None), actor
        )
        row = await self._accepted(customer, update, record)
        key = self.screener.vault.ring.new_key(new_id("sub"))
        extra: dict[str, Any] = {}
        for name, content in files.others.items():
            file_type = sniff(content)
            extra[_OTHER_FILES[name]] = {
                "blob": await self.screener.blobs.put(content, key),
                "media_type": file_type.media_type if file_type else "application/octet-stream",
                "sha256": sha256(content).hexdigest(),
            }
        return await self._record(customer_id, row.id, update, extra, actor, origin=origin, key=key)

    async def screen_owner_and_submit(
        self,
        customer_id: str,
        owner_id: str,
        said: Mapping[str, str],
        files: UpdateFiles,
        actor: str,
        origin: str | None = None,
    ) -> Submission:
        """The same for the identity document of a business's owner: no update goes with it.

        Args:
            said: what the caller says of the owner; the rest is read from Blaaiz.
            origin: as in `submit`.

        Raises:
            CustomerMissing, OwnerMissing, UpdateRefused, and all that screening raises.

        """
        made = await self._made_by(origin)
        if made is not None:
            return made
        customer_id, owner_id = canonical_id(customer_id), canonical_id(owner_id)
        customer = await self._customer(customer_id)
        errors = check_owner_document(customer, owner_id)
        if errors:
            raise UpdateRefused(errors)
        owner = customer.owner(owner_id)
        if owner is None:
            raise OwnerMissing(owner_id)
        claim = {**_claimed(owner.fields), **said, "customer_type": "individual"}
        # One person's attempts are counted by the owner, not by the business.
        reference = f"{customer_id}/{owner_id}"[:128]
        record = await self.screener.screen(
            ScreenRequest(files.front, files.back, claim, None, reference, business_id=customer_id),
            actor,
        )
        row = await self._accepted(customer, {}, record, owner_id)
        return await self._record(
            customer_id, row.id, {}, {}, actor, owner_id=owner_id, origin=origin
        )

    async def _accepted(
        self,
        customer: Customer,
        update: Mapping[str, Any],
        record: Mapping[str, Any],
        owner_id: str | None = None,
    ) -> Screening:
        """The row of a screening that may go on. Raises UpdateRefused with the screening."""
        async with self.screener.sessions() as session:
            row = await session.get_one(Screening, record["id"])
        context = await self._context(customer, update, row)
        context = replace(context, document_is_an_owners=owner_id is not None)
        errors = check_rules(update, customer, context)
        if errors or not screenings.is_accepted(row):
            raise UpdateRefused(errors, record)
        return row

    async def _customer(self, customer_id: str) -> Customer:
        if self.blaaiz is None:
            raise CustomerMissing(customer_id)
        try:
            return await self.blaaiz.get_customer(customer_id)
        except NotFound as cause:
            raise CustomerMissing(customer_id) from cause

    async def _context(
        self, customer: Customer, update: Mapping[str, Any], screening: Screening | None
    ) -> RuleContext:
        taken = False
        changes_seat = "registration_number" in update or "incorporation_country" in update
        if customer.type == "business" and changes_seat and self.blaaiz is not None:
            number = str(update.get("registration_number") or customer.registration_number or "")
            seat = str(update.get("incorporation_country") or customer.incorporation_country or "")
            if number and seat:
                taken = await self.blaaiz.is_registration_taken(number, seat, customer.id)
        if screening is None:
            return RuleContext(is_registration_taken=taken)
        return RuleContext(
            document_type=screening.kind,
            document_country=screening.country,
            document_is_national_id=screening.kind == "national_id",
            document_is_accepted=screenings.is_accepted(screening),
            is_registration_taken=taken,
        )

    async def _made_by(self, origin: str | None) -> Submission | None:
        """What an earlier try of the request made, though its answer was lost."""
        if origin is None:
            return None
        async with self.screener.sessions() as session:
            return await submissions.by_origin(session, origin)

    async def _record(
        self,
        customer_id: str,
        screening_id: str,
        update: Mapping[str, Any],
        extra_files: Mapping[str, Any],
        actor: str,
        *,
        owner_id: str | None = None,
        origin: str | None,
        key: ObjectKey | None = None,
    ) -> Submission:
        now = self.screener.now()
        submission = Submission(
            id=key.object_id if key else new_id("sub"),
            object_key=key,
            created_at=now,
            updated_at=now,
            key_id=actor,
            origin=origin,
            customer_id=customer_id,
            owner_id=owner_id,
            screening_id=screening_id,
            update=dict(update),
            extra_files=dict(extra_files),
            state=State.QUEUED.value,
            outcome=None,
            steps={},
            errors=[],
            last_error=None,
            attempts=0,
            next_attempt_at=now,
            expires_at=now + self.deadline,
            outcome_at=None,
        )
        async with self.screener.sessions() as session:
            session.add(submission)
            audit.record(
                session,
                at=now,
                actor=actor,
                action="submission.created",
                subject=submission.id,
                details={"screening_id": screening_id},
            )
            try:
                await session.flush()
            except IntegrityError:
                # The same request, at another process at the same moment.
                made = await self._made_by(origin)
                if made is None:
                    raise
                return made
            screening = await session.get(Screening, screening_id, with_for_update=True)
            if screening is None or screening.erased_at is not None:
                raise ScreeningMissing(screening_id)
            await session.commit()
        return submission


def _claimed(fields: Mapping[str, Any]) -> dict[str, str]:
    """What is compared with the document."""
    return {
        name: str(fields[name])
        for name in _COMPARED
        if isinstance(fields.get(name), str) and fields[name]
    }
