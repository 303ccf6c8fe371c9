"""The update on its way: checked against every rule, then recorded; the forwarder does the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from service.actions.decide_screening import ScreeningMissing, effective_at
from service.actions.forward_held import drop_held, hold_update
from service.actions.screen_document import Screener, ScreenRequest
from service.blaaiz.client import BlaaizClient
from service.blaaiz.customer import Customer
from service.blaaiz.errors import NotFound, Refused
from service.blaaiz.rules import check_rules
from service.blaaiz.rules.document import ID_TYPES
from service.blaaiz.rules.owners import check_owner_document
from service.blaaiz.rules.rule import FieldError, RuleContext
from service.forward.states import State
from service.ids import canonical_id, new_id
from service.intake.errors import FileEmpty, FileTypeUnsupported, IntakeError
from service.intake.sniff import FileType, sniff
from service.store import audit, idempotency, screenings, submissions
from service.store.encryption import ObjectKey
from service.store.idempotency import Claim
from service.store.tables import Screening, Submission
from service.tracing import present_trace

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


class SubmissionUnderWay(Exception):
    """Another caller's submission brings the customer the same already."""


class ExtraFileRefused(Exception):
    """A file beside the document cannot be taken: `cause` says why, `field` which."""

    def __init__(self, field: str, cause: IntakeError) -> None:
        super().__init__(field)
        self.field, self.cause = field, cause


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
        claim: Claim | None = None,
    ) -> Submission:
        """Forwards a screening that stands as accepted; once, while the same is under way.

        Raises:
            ScreeningMissing, ScreeningNotAccepted, CustomerMissing, UpdateRefused,
            SubmissionUnderWay, ClaimLost: see there.

        """
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
        # An analyst may still undo what makes it possible.
        not_before = effective_at(row)
        new = self._new(customer_id, screening_id, update, {}, actor, not_before=not_before)
        return await self._keep(new, claim)

    async def screen_and_submit(
        self,
        customer_id: str,
        update: Mapping[str, Any],
        files: UpdateFiles,
        actor: str,
        claim: Claim | None = None,
    ) -> Submission:
        """Screens the files, checks the rules, and records the submission where all is well.

        Raises:
            CustomerMissing, ExtraFileRefused, UpdateRefused (with the screening), what `submit`
            raises, and all that screening raises.

        """
        customer_id = canonical_id(customer_id)
        customer = await self._customer(customer_id)
        said = _claimed(update) | {"customer_type": customer.type}
        if update.get("id_type") in ID_TYPES:
            said["document_type"] = str(update["id_type"])
        uprights = {name: await self._upright(name, one) for name, one in files.others.items()}
        record = await self.screener.screen(
            ScreenRequest(files.front, files.back, said, customer_id, None), actor
        )
        row = await self._accepted(customer, update, record, files, uprights)
        extra = await self._stored(files, uprights, row.object_key)
        new = self._new(customer_id, row.id, update, extra, actor)
        kept = await self._keep(new, claim)
        if kept is not new:
            # The other one has the same files: nothing would ever erase these.
            await self._delete(submissions.blobs_of(extra))
        return kept

    async def _upright(self, name: str, content: bytes) -> bytes | None:
        """A picture as an upright JPEG without metadata; None of a PDF. Raises ExtraFileRefused."""
        kind = sniff(content)
        try:
            if not content:
                raise FileEmpty
            if kind is None:
                raise FileTypeUnsupported
            return None if kind is FileType.PDF else await self.screener.pool.redraw(content)
        except IntakeError as cause:
            raise ExtraFileRefused(name, cause) from cause

    async def screen_owner_and_submit(
        self,
        customer_id: str,
        owner_id: str,
        said: Mapping[str, str],
        files: UpdateFiles,
        actor: str,
        claim: Claim | None = None,
    ) -> Submission:
        """The same for the identity document of a business's owner: no update goes with it.

        Args:
            said: what the caller says of the owner; the rest is read from Blaaiz.

        Raises:
            CustomerMissing, OwnerMissing, UpdateRefused, and all that screening raises.

        """
        customer_id, owner_id = canonical_id(customer_id), canonical_id(owner_id)
        customer = await self._customer(customer_id)
        errors = check_owner_document(customer, owner_id)
        if errors:
            raise UpdateRefused(errors)
        owner = customer.owner(owner_id)
        if owner is None:
            raise OwnerMissing(owner_id)
        claimed = {**_claimed(owner.fields), **said, "customer_type": "individual"}
        # One person's attempts are counted by the owner, not by the business.
        reference = f"{customer_id}/{owner_id}"[:128]
        record = await self.screener.screen(
            ScreenRequest(
                files.front, files.back, claimed, None, reference, business_id=customer_id
            ),
            actor,
        )
        row = await self._accepted(customer, {}, record, files, {}, owner_id)
        return await self._keep(self._new(customer_id, row.id, {}, {}, actor, owner_id), claim)

    async def _keep(self, new: Submission, claim: Claim | None) -> Submission:
        """Records it, or gives the one under way that brings the same.

        The key of idempotency is noted in the same transaction: a repeat finds it, though this
        process dies before it answers. Raises as `submit`.
        """
        async with self.screener.sessions() as session:
            await submissions.lock_customer(session, new.customer_id)
            kept = await submissions.same_under_way(session, new)
            if kept is not None and kept.key_id != new.key_id:
                raise SubmissionUnderWay(
                    "The same update is under way for this customer already, by another key."
                )
            stale: list[str] = []
            if kept is None:
                kept = new
                # An analyst may have turned it away while the rules were checked.
                row = await session.get_one(Screening, new.screening_id, with_for_update=True)
                if row.erased_at is not None:
                    raise ScreeningMissing(new.screening_id)
                if not screenings.is_accepted(row):
                    raise ScreeningNotAccepted(f"This screening stands as {row.standing}.")
                session.add(new)
                audit.record(
                    session,
                    at=new.created_at,
                    actor=new.key_id,
                    action="submission.created",
                    subject=new.id,
                    details={"screening_id": new.screening_id},
                )
                # What was held is older: no analyst shall send it now.
                stale = await drop_held(session, new.customer_id, new.owner_id)
            if claim is not None:
                await idempotency.note_made(session, claim, kept.id)
            await session.commit()
        await self._delete(stale)
        return kept

    async def _accepted(
        self,
        customer: Customer,
        update: Mapping[str, Any],
        record: Mapping[str, Any],
        files: UpdateFiles,
        uprights: Mapping[str, bytes | None],
        owner_id: str | None = None,
    ) -> Screening:
        """The row of a screening that may go on. Raises UpdateRefused with the screening.

        Where only the analyst's word is missing, the update is held until that is given.
        """
        async with self.screener.sessions() as session:
            row = await session.get_one(Screening, record["id"])
        context = await self._context(customer, update, row)
        context = replace(context, document_is_an_owners=owner_id is not None)
        errors = check_rules(update, customer, context)
        if not errors and screenings.is_accepted(row):
            return row
        is_fine = not check_rules(update, customer, replace(context, document_is_accepted=True))
        if is_fine and row.standing == "review":
            extra = await self._stored(files, uprights, row.object_key)
            async with self.screener.sessions() as session:
                # Locked: one that was decided meanwhile waits for nobody any more, and one that was
                # erased has no key to seal what would be held.
                row = await session.get_one(Screening, row.id, with_for_update=True)
                if row.erased_at is not None or row.standing != "review":
                    stale = submissions.blobs_of(extra)
                else:
                    stale = await drop_held(session, customer.id, owner_id)
                    hold_update(
                        session,
                        screening_id=row.id,
                        customer_id=customer.id,
                        owner_id=owner_id,
                        update=update,
                        extra_files=extra,
                        actor=row.key_id,
                        now=self.screener.now(),
                    )
                await session.commit()
            await self._delete(stale)
        raise UpdateRefused(errors, record)

    async def _stored(
        self, files: UpdateFiles, uprights: Mapping[str, bytes | None], key: ObjectKey | None
    ) -> dict[str, dict[str, str | None]]:
        """Where the files beside the document lie, as a submission keeps them.

        They are sealed under the screening's key: a held update and the submissions made of it
        pass them on, and none outlives the screening.
        """
        if not files.others:
            return {}
        if key is None:
            raise ScreeningMissing("erased meanwhile")
        blobs = self.screener.blobs
        stored: dict[str, dict[str, str | None]] = {}
        for name, content in files.others.items():
            upright = uprights[name]
            stored[_OTHER_FILES[name]] = {
                "blob": await blobs.put(content, key),
                "media_type": (sniff(content) or FileType.JPEG).media_type,
                "sha256": sha256(content).hexdigest(),
                "upright": await blobs.put(upright, key) if upright is not None else None,
            }
        return stored

    async def _customer(self, customer_id: str) -> Customer:
        if self.blaaiz is None:
            raise CustomerMissing(customer_id)
        try:
            return await self.blaaiz.get_customer(customer_id)
        except (NotFound, Refused) as cause:
            # An id that is none of Blaaiz's may be refused for its form.
            raise CustomerMissing(customer_id) from cause

    async def _context(
        self, customer: Customer, update: Mapping[str, Any], screening: Screening | None
    ) -> RuleContext:
        taken = False
        changes_seat = "registration_number" in update or "incorporation_country" in update
        if customer.type == "business" and changes_seat and self.blaaiz is not None:
            number = update.get("registration_number") or customer.registration_number
            seat = update.get("incorporation_country") or customer.incorporation_country
            # Other sorts of values are refused anyhow, by the rules about them.
            if isinstance(number, str) and isinstance(seat, str):
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

    def _new(
        self,
        customer_id: str,
        screening_id: str,
        update: Mapping[str, Any],
        extra_files: Mapping[str, Any],
        actor: str,
        owner_id: str | None = None,
        *,
        not_before: datetime | None = None,
    ) -> Submission:
        now = self.screener.now()
        return Submission(
            id=new_id("sub"),
            created_at=now,
            updated_at=now,
            key_id=actor,
            customer_id=customer_id,
            owner_id=owner_id,
            screening_id=screening_id,
            update=dict(update),
            extra_files=dict(extra_files),
            state=State.QUEUED.value,
            outcome=None,
            steps=submissions.begun(present_trace()),
            errors=[],
            last_error=None,
            attempts=0,
            next_attempt_at=max(now, not_before or now),
            expires_at=now + self.deadline,
            outcome_at=None,
        )

    async def _delete(self, blobs: Sequence[str]) -> None:
        for name in blobs:
            await self.screener.blobs.delete(name)


def _claimed(fields: Mapping[str, Any]) -> dict[str, str]:
    """What is compared with the document."""
    return {
        name: str(fields[name])
        for name in _COMPARED
        if isinstance(fields.get(name), str) and fields[name]
    }
