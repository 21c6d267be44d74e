"""The entry of the hook. IoT Core calls it before a device is registered by the provisioning template."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from lambda_src.common.aws import clients
from lambda_src.common.clock import now_ms
from lambda_src.common.telemetry import Counters, logger
from lambda_src.provisioning_hook.admission import decide
from lambda_src.provisioning_hook.allow_list import AllowListTable
from lambda_src.provisioning_hook.registrations import Registrations
from lambda_src.provisioning_hook.settings import ProvisioningHookSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

SERVICE = "provisioning-hook"


class HookEvent(TypedDict, total=False):
    """Everything except the ids of certificate and template comes from the device."""

    claimCertificateId: str
    certificateId: str
    certificatePem: str
    templateArn: str
    clientId: str
    parameters: Mapping[str, object] | None


class HookAnswer(TypedDict):
    allowProvisioning: bool


class WiredHook(NamedTuple):
    allow_list: AllowListTable
    counters: Counters
    reserved: tuple[str, ...]


def handle(event: HookEvent, context: LambdaContext) -> HookAnswer:
    """Admit or refuse one device. AWS errors are raised; the service treats them as a refusal."""
    allow_list, counters, reserved = wire()
    decision = decide(event.get("parameters") or {}, event.get("certificateId"), allow_list, reserved)
    allowed = decision.refusal is None
    counters.emit({"ProvisioningAllowed": int(allowed), "ProvisioningRefused": int(not allowed)})
    facts = {
        "request_id": context.aws_request_id,
        "serial_number": decision.serial_number,
        "certificate_id": event.get("certificateId"),
        "claim_certificate_id": event.get("claimCertificateId"),
        "template": event.get("templateArn"),
    }
    if allowed:
        logger(SERVICE).info("device admitted", extra=facts)
    else:
        logger(SERVICE).warning("device refused", extra=facts | {"reason": decision.refusal})
    return {"allowProvisioning": allowed}


@cache
def wire() -> WiredHook:
    """Create the parts of the deployment, once per container."""
    settings = ProvisioningHookSettings.from_env()
    counters = Counters(namespace=settings.metrics_namespace, service=SERVICE, environment=settings.environment_suffix)
    registrations = Registrations(clients.iot())
    allow_list = AllowListTable(clients.dynamodb(), settings.allowed_devices_table, registrations, now_ms)
    return WiredHook(allow_list, counters, settings.reserved_devices)
