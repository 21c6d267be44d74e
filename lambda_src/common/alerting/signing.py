"""Signatures of alerts: HMAC-SHA256 of the message with a rotated key from Secrets Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from aws_lambda_powertools.utilities.parameters import BaseProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import BotoCoreError, ClientError

from lambda_src.common.aws.errors import code_of, temporary_failures
from lambda_src.common.signing_secret import SigningSecretDocument

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

MAX_AGE_SECONDS = 300
"""How long a container signs with a key after it was replaced. Receivers select the key by ``key_id``."""


class Signature(NamedTuple):
    hex: str
    key_id: str
    """The version of the secret."""


class _SecretVersions(BaseProvider):
    """Powertools' own provider returns only the value; receivers need the version too."""

    def __init__(self, client: SecretsManagerClient) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Powertools does not type it
        self._client = client

    def _get(self, name: str, **sdk_options: object) -> dict[str, str]:
        answer = self._client.get_secret_value(SecretId=name)
        # A binary secret has no text.
        return {"version": answer["VersionId"], "secret": answer.get("SecretString", "")}

    def _get_multiple(self, path: str, **sdk_options: object) -> dict[str, str]:
        raise NotImplementedError("a secret has one value")


class Signer:
    def __init__(self, client: SecretsManagerClient, secret_arn: str) -> None:
        self._secrets = _SecretVersions(client)
        self._arn = secret_arn

    def sign(self, message: bytes) -> Signature | None:
        """Return the signature, or None while the secret has no valid value (before its first rotation).

        Raises `TemporaryFailureError` or the SDK's error if the secret cannot be read.
        """
        found = self._current()
        if found is None:
            return None
        try:
            secret = SigningSecretDocument.parse(found["secret"])
        except (ValueError, msgspec.DecodeError):
            return None
        return Signature(secret.sign(message), found["version"])

    def _current(self) -> dict[str, str] | None:
        try:
            found = self._secrets.get(self._arn, max_age=MAX_AGE_SECONDS)
        except GetParameterError as error:
            # Powertools wraps the SDK's error as text; the original tells the kind of error.
            cause = error.__context__
            if isinstance(cause, ClientError) and code_of(cause) == "ResourceNotFoundException":
                return None
            if isinstance(cause, ClientError | BotoCoreError):
                with temporary_failures():
                    raise cause from None
            raise
        if not isinstance(found, dict):
            raise TypeError("the provider of secrets returned no version")
        return found
