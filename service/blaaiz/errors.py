"""What can go wrong with a call to Blaaiz, sorted by what the caller can do about it."""

from collections.abc import Mapping


class BlaaizError(Exception):
    """Any failed call."""

    retryable = False


class Unreachable(BlaaizError):
    """No connection; the request never left. Try again."""

    retryable = True


class OutcomeUnknown(BlaaizError):
    """The request was sent and no answer came: read back before anything is repeated."""

    retryable = True


class Unavailable(BlaaizError):
    """Blaaiz answered with a 5xx, with nothing usable, or not in time. Try again."""

    retryable = True


class UploadExpired(BlaaizError):
    """The store does not take the presigned address any more. Ask for a new one."""

    retryable = True


class UploadUnsafe(BlaaizError):
    """The presigned address would take the document in the clear. Nothing is sent there."""

    retryable = True


class NotTaken(BlaaizError):
    """Blaaiz answered that it took the update, and shows other values. Read back, try again.

    Attributes:
        fields: whose values differ.

    """

    retryable = True

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__("not taken")
        self.fields = fields


class RateLimited(BlaaizError):
    """Too many calls. Try again after `retry_after_s`."""

    retryable = True

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("rate limited")
        self.retry_after_s = retry_after_s


class Paused(BlaaizError):
    """No call was made: Blaaiz failed too often, or asked for quiet. Try after `retry_after_s`."""

    retryable = True

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("paused")
        self.retry_after_s = retry_after_s


class Unauthorized(BlaaizError):
    """The credentials are not taken, also after a fresh token. An operator must look."""

    retryable = True


class Forbidden(BlaaizError):
    """A scope is missing. An operator must look."""


class NotFound(BlaaizError):
    """No such customer or file."""


class Refused(BlaaizError):
    """Blaaiz says no, and why: 400 or 422. Never repeated unchanged.

    Attributes:
        status: of HTTP.
        message: Blaaiz's own.
        errors: field to messages, as Blaaiz gave them.

    """

    def __init__(self, status: int, message: str, errors: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(f"refused with {status}")
        self.status, self.message, self.errors = status, message, dict(errors)
