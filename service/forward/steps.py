"""The steps to Blaaiz, each safe to repeat; what a step leaves behind is kept before the next.

A step gets the submission's notes, may add to them through `keep`, which commits, and returns when
it is done. What it raises is sorted by `journey.py`. Why each is repeatable: docs/decisions/0009.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from service.blaaiz.client import FILE_FIELDS, OWNER_FILE_FIELDS, BlaaizClient
from service.blaaiz.customer import Customer, holds
from service.blaaiz.errors import NotTaken
from service.blaaiz.owners import OwnerDoubtful, has_files, owners_to_send
from service.blaaiz.rules import check_rules
from service.blaaiz.rules.document import NOT_ACCEPTED
from service.blaaiz.rules.owners import DOUBTFUL, check_owner_document
from service.blaaiz.rules.rule import RuleContext
from service.blaaiz.taken import fields_not_taken
from service.forward.refusals import RulesBroken
from service.store.encryption import ObjectKey
from service.store.pictures import BlobMissing, Blobs

CERTIFICATE: Final = "certificate"
_CERTIFICATE_KIND: Final = "CERTIFICATE_OF_INCORPORATION"


class ChecksumDiffers(Exception):
    """The stored file is not the one that was accepted. It is never sent."""


@dataclass(frozen=True, slots=True)
class FileToSend:
    """One file.

    Attributes:
        category: at Blaaiz, or `certificate`.
        blob, media_type: where its bytes lie, and what they are.
        sha256: of the bytes as they were accepted; None of a rendition of ours.
        key: that seals it.

    """

    category: str
    blob: str
    media_type: str
    sha256: str | None
    key: ObjectKey | None


@dataclass(frozen=True, slots=True)
class Journey:
    """What the steps of one submission share; `owner_id` where the document is an owner's."""

    submission_id: str
    customer_id: str
    owner_id: str | None
    update: Mapping[str, Any]
    context: RuleContext
    files: tuple[FileToSend, ...]
    notes: dict[str, Any]
    keep: Callable[[], Awaitable[None]]
    blaaiz: BlaaizClient
    blobs: Blobs


def require_accepted(journey: Journey) -> None:
    """An analyst may have turned the document away, or erased it, since the submission was taken.

    Asked before every step: what has not been sent yet stays here. Raises RulesBroken.
    """
    if not journey.context.document_is_accepted:
        raise RulesBroken((NOT_ACCEPTED,))


async def update_customer(journey: Journey) -> None:
    """Writes only what the customer does not hold yet.

    Repeating it is safe: the customer is read first, so an update whose answer was lost finds
    nothing left to write; a new owner is known again by what was sent of it. What changed at Blaaiz
    since our check, a verification above all, is checked again here, before the write. The answer
    is compared with what was sent: a yes alone proves nothing.
    """
    try:
        await _update(journey)
    except OwnerDoubtful as doubt:
        raise RulesBroken((DOUBTFUL,)) from doubt


async def _update(journey: Journey) -> None:
    customer = await journey.blaaiz.get_customer(journey.customer_id)
    known: list[str] | None = journey.notes.get("owners_before")
    left = _left_to_write(journey.update, customer, known)
    errors = check_rules(left, customer, journey.context)
    if journey.owner_id is not None:
        errors += check_owner_document(customer, journey.owner_id)
    if errors:
        raise RulesBroken(errors)
    if not left:
        return
    if "owners" in left and known is None:
        # Whatever comes beside these after the write is of our making.
        known = journey.notes["owners_before"] = [owner.id for owner in customer.owners]
    # What Blaaiz may hold of it from here on; an older submission is not retried over that.
    journey.notes["written"] = sorted({*journey.notes.get("written", ()), *left})
    await journey.keep()
    after = await journey.blaaiz.update_customer(journey.customer_id, left)
    if differing := fields_not_taken(left, customer, after, known):
        raise NotTaken(differing)


async def upload_files(journey: Journey) -> None:
    """Sends each file to an address of its own, and keeps the file id once the bytes are there.

    Repeating it is safe: a file whose id is kept is done; one without is sent to a new address,
    and the half-sent one is never attached.
    """
    if not journey.files:
        # Its screening was erased meanwhile: without a document this is not what was submitted.
        raise BlobMissing(journey.submission_id)
    uploads: dict[str, Any] = journey.notes.setdefault("uploads", {})
    for file in journey.files:
        if file.category in uploads:
            continue
        content = await journey.blobs.get(file.blob, file.key)
        sha256 = hashlib.sha256(content).hexdigest()
        if file.sha256 is not None and sha256 != file.sha256:
            raise ChecksumDiffers(file.category)
        target = await _address(journey, file)
        await journey.blaaiz.put_file(target, content, file.media_type)
        uploads[file.category] = {"file_id": target.file_id, "sha256": sha256}
        await journey.keep()


async def attach_files(journey: Journey) -> None:
    """Attaches what was uploaded.

    Repeating it is safe: the same file ids name the same files, and attaching replaces. A
    certificate is a document of its own: the customer's documents are read before one is made.
    """
    ids = {
        category: str(one["file_id"])
        for category, one in journey.notes.get("uploads", {}).items()
        if category not in journey.notes.setdefault("attached", [])
    }
    certificate = ids.pop(CERTIFICATE, None)
    if ids:
        await _attach_to_person(journey, ids)
        await _note_attached(journey, *ids)
    if certificate is not None:
        documents = await journey.blaaiz.list_documents(journey.customer_id)
        if not any(str(one.get("file_id")) == certificate for one in documents):
            await journey.blaaiz.create_document(
                journey.customer_id, _CERTIFICATE_KIND, "Certificate of incorporation", certificate
            )
        await _note_attached(journey, CERTIFICATE)


def _left_to_write(
    update: Mapping[str, Any], customer: Customer, known: list[str] | None
) -> dict[str, Any]:
    left = {
        name: value
        for name, value in update.items()
        if name != "owners" and not holds(customer, name, value)
    }
    owners = update.get("owners")
    if not isinstance(owners, list):
        return left if "owners" not in update else {**left, "owners": owners}
    missing = owners_to_send(customer, cast("list[object]", owners), known)
    return {**left, "owners": missing} if missing else left


async def _address(journey: Journey, file: FileToSend) -> Any:
    if file.category == CERTIFICATE:
        return await journey.blaaiz.request_document_upload(journey.customer_id)
    if journey.owner_id is not None:
        return await journey.blaaiz.request_owner_upload(
            journey.customer_id, journey.owner_id, OWNER_FILE_FIELDS[file.category]
        )
    suffix = file.media_type.rpartition("/")[2]
    return await journey.blaaiz.request_upload(
        journey.customer_id, file.category, f"{file.category}.{suffix}", file.media_type
    )


async def _attach_to_person(journey: Journey, ids: Mapping[str, str]) -> None:
    if journey.owner_id is not None:
        files = {OWNER_FILE_FIELDS[category]: file_id for category, file_id in ids.items()}
        # Reviewed meanwhile, perhaps by what we attached a moment ago: then there is nothing to do.
        customer = await journey.blaaiz.get_customer(journey.customer_id)
        owner = customer.owner(journey.owner_id)
        if owner is not None and has_files(owner, ids.values()):
            return
        if errors := check_owner_document(customer, journey.owner_id):
            raise RulesBroken(errors)
        await journey.blaaiz.attach_owner_files(journey.customer_id, journey.owner_id, files)
        return
    files = {FILE_FIELDS[category]: file_id for category, file_id in ids.items()}
    await journey.blaaiz.attach_files(journey.customer_id, files)


async def _note_attached(journey: Journey, *categories: str) -> None:
    journey.notes["attached"] += categories
    await journey.keep()
