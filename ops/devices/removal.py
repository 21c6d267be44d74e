"""Removes devices for good, so that nothing holds the deployment's policies and thing type any more.

Each step can be repeated. IoT Core deletes a thing only without principals, a certificate only if it is inactive and
unattached, and a policy only without targets.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from ops.devices.certificates import Certificates, id_of
from ops.devices.undo import take_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Show = Callable[[str], None]
    OnThing = Callable[[str], None]

NAMES = ("thing_type", "thing_group", "device_policy", "claim_policy")
"""Outputs with the names of a deployment's own parts in IoT Core."""
STILL_ATTACHED = ("InvalidRequestException", "DeleteConflictException", "CertificateStateException")
"""A detachment takes seconds to reach all of IoT Core (DetachThingPrincipal); until then deletions are refused."""
TRIES = 20
SECONDS_BETWEEN_TRIES = 1.0


@dataclass(frozen=True)
class Attachment:
    """A policy of the deployment and what has it: a certificate's ARN, or that of a thing group."""

    policy: str
    target: str

    def __str__(self) -> str:
        return f"policy {self.policy} of {short(self.target)}"


class RemovedDevices(NamedTuple):
    """How many things and certificates were deleted, and the certificates that something else uses."""

    things: int
    certificates: int
    kept: tuple[str, ...]


class DeviceRemoval:
    """Things, certificates and policy attachments of one deployment, as IoT Core itself has them.

    The tables do not decide: a device that registered only half must not block a destroy.
    """

    def __init__(self, iot: Any, outputs: Mapping[str, str]) -> None:
        self._iot = iot
        self._outputs = outputs
        self._certificates = Certificates(iot)

    def everything(self, show: Show, shut_out: OnThing, forget: OnThing) -> RemovedDevices:
        """Remove all of it; ``shut_out`` gets each thing before it loses its certificates, ``forget`` when it is gone.

        In passes, so that IoT Core has seen the detachments of the first one when the next one deletes. ``show`` gets
        the progress.
        """
        things = self.things()
        certificates: set[str] = set()
        for number, thing in enumerate(things, start=1):
            shut_out(thing)
            certificates.update(self.retire(thing))
            show(f"{number:,} of {len(things):,} things without certificates")
        for number, thing in enumerate(things, start=1):
            self.delete_thing(thing)
            forget(thing)
            show(f"{number:,} of {len(things):,} things deleted")
        for attachment in self.attachments():
            self.detach(attachment)
            if is_certificate(attachment.target):
                certificates.add(attachment.target)
            show(f"{len(certificates):,} certificates detached")
        kept = tuple(arn for arn in sorted(certificates) if not self.delete_certificate(arn))
        return RemovedDevices(len(things), len(certificates) - len(kept), kept)

    def things(self) -> list[str]:
        """Names of all things of the deployment's type or in its group."""
        typed = self._pages("list_things", "things", thingTypeName=self._outputs["thing_type"])
        grouped = self._pages("list_things_in_thing_group", "things", thingGroupName=self._outputs["thing_group"])
        return sorted({thing["thingName"] for thing in typed} | set(grouped))

    def attachments(self) -> list[Attachment]:
        """Everything that has one of the deployment's policies."""
        return [
            Attachment(policy, target)
            for policy in (self._outputs["device_policy"], self._outputs["claim_policy"])
            for target in self._pages("list_targets_for_policy", "targets", policyName=policy)
        ]

    def retire(self, thing: str) -> list[str]:
        """Deactivate a thing's certificates and detach them from it; returns their ARNs.

        Their policies stay for now: by them an interrupted removal finds the certificates again.
        """
        arns = self._certificates.of_thing(thing)
        for arn in arns:
            self._certificates.deactivate(arn)
            self._iot.detach_thing_principal(thingName=thing, principal=arn)
        return arns

    def delete_thing(self, thing: str) -> None:
        """Delete a retired thing; one that is gone already stays gone."""
        _eventually(lambda: self._iot.delete_thing(thingName=thing))

    def detach(self, attachment: Attachment) -> None:
        """Detach a policy, and delete the certificate that had it unless something else uses it.

        A failed deletion attaches the policy again, by which the next attempt finds the certificate.
        """
        policy, target = attachment.policy, attachment.target
        self._iot.detach_policy(policyName=policy, target=target)
        if not is_certificate(target):
            return
        try:
            self.delete_certificate(target)
        except BaseException:
            take_back(short(target), lambda: self._iot.attach_policy(policyName=policy, target=target))
            raise

    def delete_certificate(self, arn: str) -> bool:
        """Delete a certificate that no policy and no thing uses any more; False if something else still uses it."""
        if self._certificates.describe(id_of(arn)) is None:
            return True
        policies = self._iot.list_attached_policies(target=arn)["policies"]
        if policies or self._iot.list_principal_things(principal=arn)["things"]:
            return False
        self._certificates.deactivate(arn)
        _eventually(lambda: self._iot.delete_certificate(certificateId=id_of(arn)))
        return True

    def _pages(self, operation: str, key: str, **arguments: str) -> Iterator[Any]:
        """Nothing if the deployment's own part is gone, as after an interrupted destroy."""
        try:
            for page in self._iot.get_paginator(operation).paginate(**arguments):
                yield from page[key]
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise


def is_certificate(target: str) -> bool:
    return ":cert/" in target


def short(target: str) -> str:
    """A certificate by its id; anything else by its ARN."""
    return f"certificate {id_of(target)}" if is_certificate(target) else target


def _eventually(delete: Callable[[], object]) -> None:
    for left in reversed(range(TRIES)):
        try:
            delete()
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return
            if code_of(error) not in STILL_ATTACHED or not left:
                raise
            time.sleep(SECONDS_BETWEEN_TRIES)
        else:
            return
