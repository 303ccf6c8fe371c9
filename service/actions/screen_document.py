"""The use case: claim and history gathered, judged in a worker, kept in one transaction."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from service.actions.judge_in_shadow import judge_in_shadow
from service.actions.record import number_digest, to_record
from service.blaaiz.client import BlaaizClient
from service.ids import canonical_id, new_id
from service.intake.sniff import FileType, sniff
from service.locales.translate import Phrase
from service.policy.policy import Policy
from service.pool import PoolAnswer, ScreeningJob, ScreeningPool
from service.screening.catalogue import REASONS
from service.screening.checks.authenticity.reuse import REUSED
from service.screening.claim import Claim, CustomerType, History, Kind, Side
from service.screening.findings import Finding
from service.screening.match.pictures import words_of
from service.screening.result import CheckState, JudgedFinding, LedgerEntry, Screening
from service.screening.verdict import WORST_FIRST, verdict_of
from service.store import audit, screenings, terms, worklist
from service.store.encryption import ObjectKey, Vault
from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.store.tables import Picture, ScreeningCode
from service.store.tables import Screening as ScreeningRow
from service.store.upload_tokens import use_upload_token
from service.telemetry import Metrics, log
from service.tracing import span, tell

_REUSE_CHECK: Final = "authenticity.reuse"


class CustomerUnknown(Exception):
    """Blaaiz holds no customer of this id."""


class ClaimIncomplete(Exception):
    """A part is missing or wrong. `errors` maps its name to what to do."""

    def __init__(self, errors: Mapping[str, Phrase]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


class UploadTokenUsed(Exception):
    """A screening was stored with this token already."""


class CodeUnknown(Exception):
    """No reason of this code is in the catalogue."""


@dataclass(frozen=True, slots=True)
class ScreenRequest:
    """What came in. `claim_parts` hold what the caller said, by the API's names."""

    front: bytes
    back: bytes | None
    claim_parts: Mapping[str, str]
    customer_id: str | None
    reference: str | None
    simulate: str | None = None
    business_id: str | None = None
    """the business whose owner's document this is; the owner has an id of its own"""


@dataclass(frozen=True, slots=True)
class Screener:
    """The parts that a screening needs."""

    sessions: Sessions
    blobs: Blobs
    pool: ScreeningPool
    policy: Policy
    blaaiz: BlaaizClient | None
    metrics: Metrics
    vault: Vault
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    shadow: Policy | None = None
    """another policy whose verdicts are recorded beside those that count"""

    async def screen(
        self, request: ScreenRequest, key_id: str, upload_token_id: str | None = None
    ) -> dict[str, Any]:
        """Judges and keeps a document; the record that is answered.

        Raises:
            ClaimIncomplete, CustomerUnknown, CodeUnknown: the request is wrong.
            UploadTokenUsed: another screening came first; nothing is kept of this one.
            IntakeError: a file cannot be screened; nothing is kept.
            PoolFull, WorkerDied, ScreeningTimedOut: try again.

        """
        claim = await self._claim(request)
        person = self._person(key_id, request)
        digests = [sha256(one).hexdigest() for one in (request.front, request.back) if one]
        async with self.sessions() as session:
            history = await _history(session, person, digests)
        answer = await self._judge(
            ScreeningJob(request.front, request.back, claim, history, self.now().date())
        )
        screening = answer.screening
        if request.simulate:
            screening = self._with_simulated(screening, request.simulate)
        key = self.vault.ring.new_key(new_id("scr"))
        blobs = await self._store_files(request, answer, key)
        async with self.sessions() as session:
            screening = await self._with_reuse(session, screening, answer, person)
            record = await self._keep(
                session, request, claim, key_id, person, screening, blobs, key
            )
            if upload_token_id is not None:
                await self._use_token(session, upload_token_id, str(record["id"]), blobs)
            await session.commit()
        self._count(screening)
        if self.shadow is not None:
            await judge_in_shadow(
                self.sessions, record["id"], answer.screening, screening, self.shadow
            )
        return record

    async def _judge(self, job: ScreeningJob) -> PoolAnswer:
        started = time.perf_counter()
        try:
            with span("screening.judge") as current:
                answer = await self.pool.screen(job)
                judged = answer.screening
                tell(current, verdict=judged.verdict.value, kind=judged.evidence.kind.kind.value)
        except Exception as fault:
            self.metrics.screening_failed(fault)
            raise
        self.metrics.timed(answer.screening.timings_ms, time.perf_counter() - started)
        return answer

    async def _use_token(
        self,
        session: AsyncSession,
        token_id: str,
        screening_id: str,
        blobs: list[tuple[Side, str, str, str, int, str]],
    ) -> None:
        if await use_upload_token(session, token_id, screening_id, self.now()):
            return
        await session.rollback()
        for _, _, blob, *_ in blobs:
            await self.blobs.delete(blob)
        raise UploadTokenUsed(token_id)

    async def preview(self, request: ScreenRequest) -> Screening:
        """Quality and kind of the front alone; nothing is kept. Raises as `screen`."""
        claim = await self._claim(request)
        job = ScreeningJob(request.front, None, claim, History(), self.now().date())
        answer = await self.pool.preview(job)
        if request.simulate:
            return self._with_simulated(answer.screening, request.simulate)
        return answer.screening

    def _person(self, key_id: str, request: ScreenRequest) -> Sequence[str]:
        """Whose attempts are counted together; none where the caller gives nothing to know them by.

        The first is written; another may stand in rows from before there was encryption.
        """
        if request.customer_id:
            return (f"customer:{canonical_id(request.customer_id)}",)
        if not request.reference:
            return ()
        in_clear = f"{key_id}:{request.reference}"
        return (f"reference:{self.vault.digest('person', in_clear)}", in_clear)

    async def _claim(self, request: ScreenRequest) -> Claim:
        parts = dict(request.claim_parts)
        if request.customer_id is not None and self.blaaiz is not None:
            parts = {**await self._known_of(request.customer_id), **parts}
        return claim_of(parts)

    async def _known_of(self, customer_id: str) -> dict[str, str]:
        """What Blaaiz holds of the customer, by the names of our parts."""
        if self.blaaiz is None:
            return {}
        customer = await self.blaaiz.get_customer(customer_id)
        known = {
            "country": customer.country,
            "customer_type": customer.type,
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "business_name": customer.business_name,
            "date_of_birth": customer.date_of_birth,
            "id_number": customer.id_number,
            "registration_number": customer.registration_number,
        }
        return {name: value for name, value in known.items() if value}

    def _with_simulated(self, screening: Screening, code: str) -> Screening:
        reason = REASONS.get(code)
        if reason is None:
            raise CodeUnknown(code)
        forced = JudgedFinding(Finding(reason, Side.FRONT), self.policy.outcome(code), "simulated")
        return _with_findings(screening, (forced, *screening.findings))

    async def _with_reuse(
        self, session: AsyncSession, screening: Screening, answer: PoolAnswer, person: Sequence[str]
    ) -> Screening:
        """The finding that the same document, file or picture came with another person."""
        if not person:
            return screening
        found = [
            row
            for sha in answer.sha256.values()
            for row in await screenings.same_file(session, sha, not_of=person)
        ]
        for side in screening.evidence.sides.values():
            marks = side.frame.fingerprint
            found += await screenings.same_picture(session, marks, not_of=person)
        digest = number_digest(self.vault.secret, screening.evidence)
        if digest is not None:
            found += await screenings.same_number(session, digest, not_of=person)
        others = sorted({row.id for row in found})
        if not others:
            return screening
        finding = Finding(REUSED, words=(("screenings", ", ".join(others[:5])),))
        judged = JudgedFinding(finding, self.policy.outcome(REUSED.code), _REUSE_CHECK)
        # The check ran before the database was asked: what it says now is that it found something.
        ledger = tuple(
            LedgerEntry(_REUSE_CHECK, CheckState.FAILED) if one.check == _REUSE_CHECK else one
            for one in screening.ledger
        )
        return _with_findings(replace(screening, ledger=ledger), (*screening.findings, judged))

    async def _store_files(
        self, request: ScreenRequest, answer: PoolAnswer, key: ObjectKey
    ) -> list[tuple[Side, str, str, str, int, str]]:
        """Side, rendition, blob, media type, size, sha256 of each file now in the blob store."""
        was_swapped = answer.screening.evidence.was_swapped
        originals = {Side.FRONT: request.front, Side.BACK: request.back or request.front}
        if was_swapped:
            originals = {Side.FRONT: originals[Side.BACK], Side.BACK: originals[Side.FRONT]}
        stored: list[tuple[Side, str, str, str, int, str]] = []
        for side, renditions in answer.renditions.items():
            original = originals[side]
            media_type = (sniff(original) or FileType.JPEG).media_type
            files = {
                "original": (original, media_type),
                "upright": (renditions.upright, "image/jpeg"),
                "thumbnail": (renditions.thumbnail, "image/jpeg"),
            }
            if renditions.mrz is not None:
                files["mrz"] = (renditions.mrz, "image/jpeg")
            for rendition, (content, kind) in files.items():
                blob = await self.blobs.put(content, key)
                stored.append((side, rendition, blob, kind, len(content), answer.sha256[side]))
        return stored

    async def _keep(
        self,
        session: AsyncSession,
        request: ScreenRequest,
        claim: Claim,
        key_id: str,
        person: Sequence[str],
        screening: Screening,
        blobs: list[tuple[Side, str, str, str, int, str]],
        key: ObjectKey,
    ) -> dict[str, Any]:
        screening_id, now = key.object_id, self.now()
        record = to_record(
            screening_id=screening_id,
            created_at=now,
            reference=request.reference,
            customer_id=request.customer_id,
            claim=claim,
            screening=screening,
            attempts_max=self.policy.attempts_max,
        )
        evidence = screening.evidence
        document: Any = record["document"]
        attention = worklist.attention_of(screening.verdict.value, evidence.history.attempt)
        session.add(
            ScreeningRow(
                id=screening_id,
                object_key=key,
                created_at=now,
                key_id=key_id,
                person=person[0] if person else None,
                customer_id=request.customer_id,
                business_id=request.business_id,
                reference=request.reference,
                verdict=screening.verdict.value,
                standing=screening.verdict.value,
                kind=evidence.kind.kind.value,
                country=document["country"],
                attempt=evidence.history.attempt,
                number_digest=number_digest(self.vault.secret, evidence),
                wire=record,
                decision=None,
                erased_at=None,
                attention=attention,
                first_code=screening.findings[0].finding.reason.code
                if screening.findings
                else None,
                customer_country=claim.country[:2],
            )
        )
        await session.flush()
        if person:
            await worklist.supersede(session, person, screening_id)
        terms.add(session, screening_id, request.reference, request.customer_id)
        codes = {one.finding.reason.code for one in screening.findings}
        session.add_all(
            ScreeningCode(
                screening_id=screening_id,
                code=code,
                standing=screening.verdict.value,
                attention=attention,
                kind=evidence.kind.kind.value,
                country=document["country"],
            )
            for code in codes
        )
        session.add_all(
            Picture(
                screening_id=screening_id,
                side=side.value,
                rendition=rendition,
                blob=blob,
                media_type=media_type,
                size=size,
                sha256=digest,
                **_known_by(rendition, evidence.sides[side].frame.fingerprint, digest),
            )
            for side, rendition, blob, media_type, size, digest in blobs
        )
        audit.record(
            session,
            at=now,
            actor=key_id,
            action="screening.created",
            subject=screening_id,
            details={"verdict": screening.verdict.value},
        )
        log().info(
            "screening.created",
            screening_id=screening_id,
            verdict=screening.verdict.value,
            codes=sorted(codes),
            kind=evidence.kind.kind.value,
            duration_ms=screening.timings_ms["total"],
        )
        return record

    def _count(self, screening: Screening) -> None:
        self.metrics.screened(
            screening.verdict.value,
            screening.evidence.kind.kind.value,
            (one.finding.reason.code for one in screening.findings),
            screening.models,
        )


def claim_of(parts: Mapping[str, str]) -> Claim:
    """A claim from the API's parts. Raises ClaimIncomplete with every part that is wrong."""
    errors: dict[str, Phrase] = {}
    country = parts.get("country", "").strip().upper()
    if len(country) != 2 or not country.isalpha():
        errors["country"] = Phrase("Give the customer's country as ISO 3166-1 alpha-2, e.g. GB.")
    customer_type = parts.get("customer_type", "individual")
    if customer_type not in set(CustomerType):
        errors["customer_type"] = Phrase("Give individual or business.")
    document_type = parts.get("document_type")
    accepted = {
        Kind.PASSPORT,
        Kind.DRIVERS_LICENSE,
        Kind.RESIDENT_PERMIT,
        Kind.CERTIFICATE_OF_INCORPORATION,
    }
    if document_type is not None and document_type not in accepted:
        errors["document_type"] = Phrase(
            "Give passport, drivers_license, resident_permit or certificate_of_incorporation, "
            "or leave it out."
        )
    born = None
    if parts.get("date_of_birth"):
        try:
            born = datetime.strptime(parts["date_of_birth"], "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            errors["date_of_birth"] = Phrase("Give the date as YYYY-MM-DD.")
    if errors:
        raise ClaimIncomplete(errors)
    return Claim(
        country=country,
        customer_type=CustomerType(customer_type),
        document_type=Kind(document_type) if document_type else None,
        first_name=parts.get("first_name") or None,
        last_name=parts.get("last_name") or None,
        business_name=parts.get("business_name") or None,
        date_of_birth=born,
        id_number=parts.get("id_number") or None,
        registration_number=parts.get("registration_number") or None,
    )


def _with_findings(screening: Screening, findings: tuple[JudgedFinding, ...]) -> Screening:
    ordered = sorted(findings, key=lambda one: WORST_FIRST.index(one.outcome))
    return replace(
        screening,
        findings=tuple(ordered),
        verdict=verdict_of(one.outcome for one in ordered),
    )


def _known_by(rendition: str, fingerprint: str, sha256: str) -> dict[str, Any]:
    """The columns of a picture by which copies of it are found; of what was sent, not of our own.

    One that shows next to nothing is known by its bytes: the version before takes two without
    fingerprints for one.
    """
    if rendition != "original":
        return {}
    words = {f"word_{n}": word for n, word in enumerate(words_of(fingerprint))}
    return {"fingerprint": fingerprint or sha256[:16], **words}


async def _history(session: AsyncSession, person: Sequence[str], digests: list[str]) -> History:
    if not person:
        return History()
    # A side that was fine comes again with a new picture of the other: that is no repetition.
    again = [await screenings.same_file(session, one) for one in digests]
    return History(
        turned_away_before=all(
            any(row.person in person and screenings.was_turned_away(row) for row in rows)
            for rows in again
        ),
        attempt=await screenings.count_attempts(session, person) + 1,
        check_digits_failed_before=await screenings.has_code_before(
            session, person, "mrz_check_digit_failed"
        ),
    )
