"""The secret that signs alerts: the rotation function writes it, whoever publishes or receives alerts reads it."""

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
        """Raises ``ValueError`` or ``msgspec.DecodeError`` for anything else; their texts name types, never values."""
        secret = msgspec.json.decode(text, type=cls)
        if not secret.raw_key():
            raise ValueError("the key is empty")
        return secret

    def sign(self, message: bytes) -> str:
        """HMAC-SHA256 of the message as hex."""
        return hmac.new(self.raw_key(), message, hashlib.sha256).hexdigest()

    def verifies(self, message: bytes, signature: str) -> bool:
        """Whether the signature is this key's for this message, as a receiver of alerts checks it."""
        return hmac.compare_digest(self.sign(message), signature)

    def raw_key(self) -> bytes:
        """The key's bytes; raises ``ValueError`` where it is not base64."""
        return b64decode(self.key, validate=True)
