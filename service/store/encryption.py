"""Envelope encryption: each screening and each submission has a data key of its own.

Data keys lie in the table `data_keys`, wrapped by a key-encryption key that the database never
sees. AES-256-GCM with random nonces of 96 bits (NIST SP 800-38D) for both; a data key seals a few
dozen values, far below the 2**32 that one key may. What is sealed is bound to its object and its
place there: moved elsewhere, it does not open.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_MAGIC: Final = b"prescreen\x01"
"""Begins whatever is sealed; the last byte is the version of the form."""


class KeyUnavailable(Exception):
    """The key-encryption key of this id is not among those given; the message names it."""


class SealBroken(Exception):
    """What is stored was changed, or belongs to another object or place. It is not used."""


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """The data key of one object, unwrapped, and the form in which it is stored."""

    object_id: str
    wrapped: bytes
    _secret: bytes = field(repr=False)

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain`, sealed for this place of the object."""
        return _MAGIC + _encrypt(self._secret, plain, self._bound_to(place))

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for this place. Raises SealBroken."""
        if not is_sealed(sealed):
            raise SealBroken(self.object_id)
        try:
            return _decrypt(self._secret, sealed[len(_MAGIC) :], self._bound_to(place))
        except InvalidTag as cause:
            raise SealBroken(self.object_id) from cause

    def _bound_to(self, place: str) -> bytes:
        return f"{self.object_id}\n{place}".encode()


class KeyRing:
    """Key-encryption keys by id: the first one wraps, all unwrap."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        wrong = [name for name, key in keys.items() if len(key) != KEY_BYTES]
        if wrong:
            raise ValueError(f"key {wrong[0]}: not {KEY_BYTES} bytes")
        self._keys = dict(keys)

    @property
    def is_empty(self) -> bool:
        """Whether it can neither wrap nor unwrap."""
        return not self._keys

    @property
    def writing(self) -> str:
        """Id of the key that wraps. Raises KeyUnavailable where there is none."""
        if not self._keys:
            raise KeyUnavailable("PRESCREEN_ENCRYPTION_KEY is not set.")
        return next(iter(self._keys))

    def derive(self, purpose: str) -> str:
        """A secret for something else, 64 hexadecimal digits."""
        return hmac.new(self._keys[self.writing], purpose.encode(), hashlib.sha256).hexdigest()

    def new_key(self, object_id: str) -> ObjectKey:
        """A data key for a new object."""
        secret = secrets.token_bytes(KEY_BYTES)
        return ObjectKey(object_id, self._wrap(object_id, secret), secret)

    def unwrap(self, object_id: str, wrapped: bytes) -> ObjectKey:
        """The data key of an object. Raises KeyUnavailable, SealBroken."""
        return ObjectKey(object_id, wrapped, self._unwrap(object_id, wrapped))

    def rewrap(self, object_id: str, wrapped: bytes) -> bytes:
        """The same data key, wrapped by the key that wraps now; what it sealed stays as it is."""
        return self._wrap(object_id, self._unwrap(object_id, wrapped))

    def _unwrap(self, object_id: str, wrapped: bytes) -> bytes:
        name, _, rest = wrapped.partition(b"\0")
        key = self._keys.get(name.decode())
        if key is None:
            raise KeyUnavailable(
                f"The encryption key {name.decode()} is needed, and not among those given."
            )
        try:
            return _decrypt(key, rest, _wrapping(name, object_id))
        except InvalidTag as cause:
            raise SealBroken(object_id) from cause

    def _wrap(self, object_id: str, secret: bytes) -> bytes:
        name = self.writing.encode()
        sealed = _encrypt(self._keys[self.writing], secret, _wrapping(name, object_id))
        return name + b"\0" + sealed


@dataclass(frozen=True, slots=True)
class Vault:
    """All that sealing needs: the ring, and the secret of digests that find values again."""

    ring: KeyRing
    secret: str = field(repr=False)

    def digest(self, purpose: str, value: str) -> str:
        """A keyed digest of 64 hexadecimal digits: finds the same value again, tells nothing.

        Raises KeyUnavailable without a secret.
        """
        if not self.secret:
            raise KeyUnavailable("PRESCREEN_SECRET is not set: set it as the service has it.")
        plain = f"{purpose}\n{value}".encode()
        return hmac.new(self.secret.encode(), plain, hashlib.sha256).hexdigest()


def wrapped_by(wrapped: bytes) -> str:
    """Id of the key-encryption key of a wrapped data key."""
    return wrapped.partition(b"\0")[0].decode()


def is_sealed(stored: bytes) -> bool:
    """Whether these bytes say that they are sealed."""
    return stored.startswith(_MAGIC)


def _wrapping(name: bytes, object_id: str) -> bytes:
    return b"data key of\n" + object_id.encode() + b"\n" + name


def _encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    # A text shorter than nonce and tag was cut off: as wrong as one that was changed.
    if len(sealed) < _NONCE_BYTES + 16:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
