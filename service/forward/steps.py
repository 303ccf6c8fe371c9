"""The steps to Blaaiz, each safe to repeat; what a step leaves behind is kept before the next.

A step gets the submission's notes (`steps`), may add to them through `keep`, which commits, and
returns when it is done. Raising a retryable error repeats it later; Refused ends the submission.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.blaaiz.client import FILE_FIELDS, BlaaizClient
from service.blaaiz.errors import Refused
from service.blaaiz.rules import check_rules
from service.blaaiz.rules.rule import RuleContext
from service.store.pictures import Blobs

CERTIFICATE: Final = "certificate"
_CERTIFICATE_KIND: Final = "CERTIFICATE_OF_INCORPORATION"


@dataclass(frozen=True, slots=True)
class FileToSend:
    """One file: its category at Blaaiz, or `certificate`, and where its bytes lie."""

    category: str
    blob: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Journey:
    """What the steps of one submission share."""

    submission_id: str
    customer_id: str
    update: Mapping[str, Any]
    files: tuple[FileToSend, ...]
    notes: dict[str, Any]
    keep: Callable[[], Awaitable[None]]
    blaaiz: BlaaizClient
    blobs: Blobs


async def update_customer(journey: Journey) -> None:
    """Writes only what the customer does not hold yet.

    Repeating it is safe: the customer is read first, so an update whose answer was lost finds
    nothing left to write. What changed at Blaaiz since our check, a verification above all, is
    checked again here, before the write.
    """
    if not journey.update:
        return
    customer = await journey.blaaiz.get_customer(journey.customer_id)
    missing = {
        name: value
        for name, value in journey.update.items()
        if name == "owners" or customer.fields.get(name) != value
    }
    if "owners" in missing and journey.notes.get("owners_written"):
        # Owners without an id are created: writing them twice would double them.
        del missing["owners"]
    if not missing:
        return
    errors = check_rules(missing, customer, RuleContext())
    if errors:
        raise Refused(
            422,
            "The customer changed since the check.",
            {error.field: (error.message(),) for error in errors},
        )
    if "owners" in missing:
        journey.notes["owners_written"] = True
        await journey.keep()
    await journey.blaaiz.update_customer(journey.customer_id, missing)


async def upload_files(journey: Journey) -> None:
    """Sends each file to an address of its own, and keeps the file id once the bytes are there.

    Repeating it is safe: a file whose id is kept is done; one without is sent to a new address,
    and the half-sent one is never attached.
    """
    uploaded: dict[str, str] = journey.notes.setdefault("file_ids", {})
    for file in journey.files:
        if file.category in uploaded:
            continue
        content = await journey.blobs.get(file.blob)
        suffix = file.media_type.rpartition("/")[2]
        if file.category == CERTIFICATE:
            target = await journey.blaaiz.request_document_upload(journey.customer_id)
        else:
            target = await journey.blaaiz.request_upload(
                journey.customer_id, file.category, f"{file.category}.{suffix}", file.media_type
            )
        await journey.blaaiz.put_file(target, content, file.media_type)
        uploaded[file.category] = target.file_id
        await journey.keep()


async def attach_files(journey: Journey) -> None:
    """Attaches what was uploaded.

    Repeating it is safe: the same file ids name the same files, and attaching replaces. A
    certificate is a document of its own: the customer's documents are read before one is made.
    """
    uploaded: dict[str, str] = journey.notes.get("file_ids", {})
    attached: list[str] = journey.notes.setdefault("attached", [])
    fields = {
        FILE_FIELDS[category]: file_id
        for category, file_id in uploaded.items()
        if category in FILE_FIELDS and category not in attached
    }
    if fields:
        await journey.blaaiz.attach_files(journey.customer_id, fields)
        attached.extend(c for c in uploaded if c in FILE_FIELDS and c not in attached)
        await journey.keep()
    certificate = uploaded.get(CERTIFICATE)
    if certificate is not None and CERTIFICATE not in attached:
        documents = await journey.blaaiz.list_documents(journey.customer_id)
        if not any(str(one.get("file_id")) == certificate for one in documents):
            await journey.blaaiz.create_document(
                journey.customer_id, _CERTIFICATE_KIND, "Certificate of incorporation", certificate
            )
        attached.append(CERTIFICATE)
        await journey.keep()
