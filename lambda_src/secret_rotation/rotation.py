"""The four steps of a Secrets Manager rotation for a signing key.

Every step may be repeated with the same token and then changes nothing. The key's value is never logged.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from lambda_src.common.signing_secret import SigningSecretDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_secretsmanager import SecretsManagerClient

CURRENT = "AWSCURRENT"
PENDING = "AWSPENDING"

_PROBE = b"a message to sign"


class RotationRefusedError(Exception):
    """The service asked for something that its contract excludes, or the new key does not work."""


class Rotation:
    """The rotation of one secret to the version that ``token`` names."""

    def __init__(self, client: SecretsManagerClient, secret_arn: str, token: str, *, key_bytes: int) -> None:
        self._client = client
        self._arn = secret_arn
        self._token = token
        self._key_bytes = key_bytes

    def run(self, step: str) -> None:
        """Run one step. Raises `RotationRefusedError` for an unknown step or a version that is not staged."""
        steps: Mapping[str, Callable[[], None]] = {
            "createSecret": self._create,
            "setSecret": self._set,
            "testSecret": self._test,
            "finishSecret": self._finish,
        }
        if step not in steps:
            raise RotationRefusedError(f"unknown rotation step {step!r}")
        stages = self._stages().get(self._token)
        if stages is None:
            raise RotationRefusedError(f"version {self._token} is not staged for rotation")
        if CURRENT in stages:
            return  # An earlier call with this token has finished the rotation.
        if PENDING not in stages:
            raise RotationRefusedError(f"version {self._token} is not staged as {PENDING}")
        steps[step]()

    def _stages(self) -> Mapping[str, Sequence[str]]:
        answer = self._client.describe_secret(SecretId=self._arn)
        if not answer.get("RotationEnabled"):
            raise RotationRefusedError("rotation is not enabled for the secret")
        return answer.get("VersionIdsToStages", {})

    def _create(self) -> None:
        """Put a new key into the pending version, unless an earlier call did."""
        if self._pending() is not None:
            return
        key = b64encode(secrets.token_bytes(self._key_bytes)).decode()
        self._client.put_secret_value(
            SecretId=self._arn,
            ClientRequestToken=self._token,
            SecretString=msgspec.json.encode(SigningSecretDocument("HMAC-SHA256", key)).decode(),
            VersionStages=[PENDING],
        )

    def _set(self) -> None:
        """Do nothing: no service keeps a copy of the key; receivers request the version that a message names."""

    def _test(self) -> None:
        """Read the pending key, sign with it and verify: the signature fits this message and no other."""
        text = self._pending()
        if text is None:
            raise RotationRefusedError("the pending version has no value")
        secret = SigningSecretDocument.parse(text)
        if len(secret.raw_key()) != self._key_bytes:
            raise RotationRefusedError(f"the pending key must be {self._key_bytes} bytes long")
        signature = secret.sign(_PROBE)
        if not secret.verifies(_PROBE, signature) or secret.verifies(_PROBE + b"!", signature):
            raise RotationRefusedError("the pending key does not verify what it signed")

    def _finish(self) -> None:
        """Move the current stage to the pending version. In a first rotation no version has it."""
        current = next((v for v, stages in self._stages().items() if CURRENT in stages), None)
        if current is None:
            self._client.update_secret_version_stage(
                SecretId=self._arn, VersionStage=CURRENT, MoveToVersionId=self._token
            )
        else:
            self._client.update_secret_version_stage(
                SecretId=self._arn,
                VersionStage=CURRENT,
                MoveToVersionId=self._token,
                RemoveFromVersionId=current,
            )

    def _pending(self) -> str | None:
        """Return the pending version's value, or None while it is only reserved."""
        try:
            answer = self._client.get_secret_value(SecretId=self._arn, VersionId=self._token, VersionStage=PENDING)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise
        return answer.get("SecretString") or None
