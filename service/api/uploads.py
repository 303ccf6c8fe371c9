"""Multipart forms with files, bounded while they arrive."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from service.api.body_limit import allow_more
from service.api.problems import Problem
from service.intake.errors import FileTooLarge
from service.locales.translate import Phrase

_MAX_FIELD_BYTES = 256 * 1024
_MAX_TEXT = 2_000
_UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What no text of a person holds, and what databases and JSON choke on."""


@dataclass(frozen=True, slots=True)
class Form:
    """Files and texts by name."""

    files: Mapping[str, bytes]
    texts: Mapping[str, str]

    @property
    def content(self) -> dict[str, bytes | str | None]:
        """All of it, for the digest of idempotency."""
        return {**self.files, **self.texts}


async def read_form(
    request: Request,
    *,
    files: Collection[str],
    texts: Collection[str],
    max_file_bytes: int,
    long_texts: Collection[str] = (),
) -> Form:
    """The form's parts, all of them known by name.

    Raises:
        Problem: not multipart, an unknown or doubled part, or more bytes than allowed.

    """
    if not request.headers.get("content-type", "").casefold().startswith("multipart/form-data"):
        raise Problem(415, "form_expected", "Send multipart/form-data.")
    limit = max_file_bytes * len(files) + 1024 * 1024
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large()
    # One more than is looked for here, so that what is too large is told as a file that is.
    allow_more(request, limit + 1024 * 1024)
    taken = 0

    async def bounded():  # noqa: ANN202 - a stream of bytes
        nonlocal taken
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > limit:
                raise _too_large()
            yield chunk

    try:
        form = await MultiPartParser(
            request.headers,
            bounded(),
            max_files=len(files) + 1,
            max_fields=len(texts) + 1,
            max_part_size=_MAX_FIELD_BYTES,
        ).parse()
    except MultiPartException as cause:
        raise Problem(422, "form_invalid", f"The form cannot be read: {cause.message}") from cause
    found_files: dict[str, bytes] = {}
    found_texts: dict[str, str] = {}
    try:
        for name, value in form.multi_items():
            if name in found_files or name in found_texts:
                raise Problem(422, "part_doubled", f"The part {name!r} came twice.")
            if isinstance(value, UploadFile) and name in files:
                content = await value.read(max_file_bytes + 1)
                if len(content) > max_file_bytes:
                    raise _too_large(name)
                found_files[name] = content
            elif isinstance(value, str) and name in texts:
                if len(value) > _MAX_TEXT and name not in long_texts:
                    raise Problem(422, "part_too_long", f"The part {name!r} is too long.")
                if _UNUSABLE.search(value):
                    raise Problem(
                        422, "part_invalid", f"The part {name!r} holds control characters."
                    )
                found_texts[name] = value
            else:
                known = ", ".join([*files, *texts])
                raise Problem(
                    422,
                    "part_unknown",
                    f"A part is unknown or of the wrong sort. Known parts: {known}.",
                    [
                        {
                            "field": _UNUSABLE.sub("?", name[:60]),
                            "code": "unknown",
                            "message": Phrase("There is no part of this name and sort."),
                        }
                    ],
                )
    finally:
        await form.close()
    return Form(found_files, found_texts)


def _too_large(name: str = "front") -> Problem:
    message = (FileTooLarge.message, FileTooLarge.hint)
    return Problem(
        413,
        "file_too_large",
        message,
        [{"field": name, "code": "file_too_large", "message": message}],
    )
