"""The entry of the rotation function. Secrets Manager calls it once per step."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypedDict

from lambda_src.common.aws import clients
from lambda_src.common.telemetry import logger
from lambda_src.secret_rotation.rotation import Rotation
from lambda_src.secret_rotation.settings import SecretRotationSettings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SERVICE = "secret-rotation"


class RotationEvent(TypedDict):
    Step: str
    SecretId: str
    ClientRequestToken: str


def handle(event: RotationEvent, context: LambdaContext) -> None:
    """Run one rotation step. Errors are raised; the service then keeps the current key and retries."""
    settings = _settings()
    rotation = Rotation(
        clients.secretsmanager(), event["SecretId"], event["ClientRequestToken"], key_bytes=settings.key_bytes
    )
    rotation.run(event["Step"])
    logger(SERVICE).info(
        "rotation step done",
        extra={
            "request_id": context.aws_request_id,
            "step": event["Step"],
            "secret": event["SecretId"],
            "version": event["ClientRequestToken"],
        },
    )


@cache
def _settings() -> SecretRotationSettings:
    return SecretRotationSettings.from_env()
