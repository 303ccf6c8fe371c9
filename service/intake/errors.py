"""Why a file cannot be screened at all. Each tells the person what to do; nothing is stored."""

from typing import ClassVar

from service.locales.translate import Phrase
from service.screening.claim import Side


class IntakeError(Exception):
    """A file that cannot be screened.

    Attributes:
        code: reason code of the family file_*.
        message, hint: for people, in English.
        side: which of the files.

    """

    code: ClassVar[str]
    message: ClassVar[Phrase]
    hint: ClassVar[Phrase]

    def __init__(self, side: Side = Side.FRONT, detail: str = "") -> None:
        super().__init__(detail or self.message)
        self.side = side
        self.detail = detail

    def __reduce__(self) -> tuple[type["IntakeError"], tuple[Side, str]]:
        return type(self), (self.side, self.detail)


class FileEmpty(IntakeError):
    """Zero bytes."""

    code = "file_empty"
    message = Phrase("The file arrived empty.")
    hint = Phrase("Choose the photo again.")


class FileTooLarge(IntakeError):
    """More bytes or pixels than the limits allow."""

    code = "file_too_large"
    message = Phrase("The file is too big.")
    hint = Phrase("Use your phone's normal camera setting.")


class FileTypeUnsupported(IntakeError):
    """By its content, none of the types that we take."""

    code = "file_type_unsupported"
    message = Phrase("We can't open this kind of file.")
    hint = Phrase("Send a photo (JPEG, PNG, HEIC, WebP) or a PDF.")


class FileCorrupt(IntakeError):
    """The right signature, but decoding fails or stops early."""

    code = "file_corrupt"
    message = Phrase("The photo didn't arrive whole.")
    hint = Phrase("Send it again.")


class FileEncrypted(IntakeError):
    """A PDF that asks for a password."""

    code = "file_encrypted"
    message = Phrase("This PDF is locked.")
    hint = Phrase("Send an unlocked PDF or a photo.")


class FileTooManyPages(IntakeError):
    """A PDF of more pages than any document has."""

    code = "file_too_many_pages"
    message = Phrase("Too many pages.")
    hint = Phrase("Send only the page with your details.")
