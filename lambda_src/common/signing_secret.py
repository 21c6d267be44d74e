"""The secret that signs alerts. The rotation function writes it; publishers and receivers of alerts read it."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode
from typing import Literal

import msgspec


class SigningSecretDocument(msgspec.Struct, frozen=True):
    """The secret's JSON. ``key`` is base64."""

    algorithm: Literal["HMAC-SHA256"]
    key: str

    def __repr__(self) -> str:
        return "SigningSecret(…)"

    @classmethod
    def parse(cls, text: str) -> SigningSecretDocument:
        """Parse the secret. Raises ``ValueError`` or ``msgspec.DecodeError``; their texts never contain values."""
        secret = msgspec.json.decode(text, type=cls)
        if not secret.raw_key():
            raise ValueError("the key must not be empty")
        return secret

    def sign(self, message: bytes) -> str:
        """Return the HMAC-SHA256 of the message as hex."""
        return hmac.new(self.raw_key(), message, hashlib.sha256).hexdigest()

    def verifies(self, message: bytes, signature: str) -> bool:
        """Return whether the signature is this key's for this message, as a receiver checks it."""
        return hmac.compare_digest(self.sign(message), signature)

    def raw_key(self) -> bytes:
        """Return the key's bytes. Raises ``ValueError`` if it is not base64."""
        return b64decode(self.key, validate=True)
