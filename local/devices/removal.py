"""Remove what provisioning created. Terraform does not know it, and policies in use cannot be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.endpoints import Clients


def remove_devices(clients: Clients, outputs: Mapping[str, Any]) -> None:
    """Delete every thing of the deployment's type, and every certificate with one of its policies."""
    iot = clients.client("iot")
    for thing in list(_pages(iot, "list_things", "things", thingTypeName=outputs["thing_type"])):
        name = thing["thingName"]
        for principal in list(_pages(iot, "list_thing_principals", "principals", thingName=name)):
            iot.detach_thing_principal(thingName=name, principal=principal)
        iot.delete_thing(thingName=name)
    for policy in (outputs["device_policy"], outputs["claim_policy"]):
        for target in list(_pages(iot, "list_targets_for_policy", "targets", policyName=policy)):
            iot.detach_policy(policyName=policy, target=target)
            certificate_id = target.rsplit("/", 1)[1]
            iot.update_certificate(certificateId=certificate_id, newStatus="INACTIVE")
            iot.delete_certificate(certificateId=certificate_id)


def _pages(iot: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    for page in iot.get_paginator(operation).paginate(**arguments):
        yield from page[key]
