"""Fleet provisioning: how a new device gets an identity of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iot_policy import IotPolicy
from cdktf_cdktf_provider_aws.iot_provisioning_template import (
    IotProvisioningTemplate,
    IotProvisioningTemplatePreProvisioningHook,
)
from cdktf_cdktf_provider_aws.iot_thing_group import IotThingGroup
from cdktf_cdktf_provider_aws.iot_thing_type import IotThingType
from constructs import Construct

from lambda_src.provisioning_hook.settings import ProvisioningHookSettings
from lib.building.function import Function, FunctionOptions
from lib.building.iam import Role, service_trust
from lib.devices.policies import claim_policy, device_policy
from lib.devices.registering import finding_registrations, registering
from lib.part import PartDescription

if TYPE_CHECKING:
    from lib.building.function import DependencyLayer
    from lib.context import Context
    from lib.devices.topics import Topics
    from lib.security.key import Key
    from lib.store.table import Table

HOOK_MEMORY_MB = 256
HOOK_TIMEOUT_SECONDS = 5
"""IoT Core gives a pre-provisioning hook five seconds."""


class Provisioning(Construct):
    """A device asks with a claim certificate, the allow-list decides, and the device receives its own certificate.

    A thing is named by its serial number, which the hook has found on the allow-list.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        layer: DependencyLayer,
        topics: Topics,
        allowed: Table,
    ) -> None:
        super().__init__(scope, id_)
        name = context.naming.name("fleet")
        self.template_name = name
        self.thing_type = IotThingType(self, "thing-type", name=context.naming.name("sensor")).name
        self.thing_group = IotThingGroup(self, "thing-group", name=context.naming.name("devices")).name
        self.device_policy = IotPolicy(
            self, "device-policy", name=context.naming.name("device"), policy=device_policy(context, topics)
        ).name
        self.claim_policy = IotPolicy(
            self, "claim-policy", name=context.naming.name("claim"), policy=claim_policy(context, name)
        ).name
        self.hook = self._hook(context, key, layer, allowed, topics)
        role = self._registrar(context)
        permission = self.hook.allow_invocation(
            "permission",
            statement_id="IotPreProvisioning",
            service="iot.amazonaws.com",
            source_arn=context.arn("iot", f"provisioningtemplate/{name}"),
            account=context.account,
        )
        template = IotProvisioningTemplate(
            self,
            "template",
            name=name,
            description="A device becomes the thing of its serial number",
            enabled=True,
            provisioning_role_arn=role.arn,
            template_body=self._template_body(),
            pre_provisioning_hook=IotProvisioningTemplatePreProvisioningHook(target_arn=self.hook.arn),
        )
        role.comes_before(template, permission)
        # The name from the template, so that its users wait for the template.
        self.template = template.name

    def describe(self) -> PartDescription:
        return PartDescription(
            functions={"provisioning-hook": self.hook},
            uses=[self.hook.use()],
            outputs={
                "device_policy": self.device_policy,
                "claim_policy": self.claim_policy,
                "provisioning_template": self.template,
                "thing_type": self.thing_type,
                "thing_group": self.thing_group,
                "provisioning_hook_function": self.hook.name,
            },
        )

    def _hook(self, context: Context, key: Key, layer: DependencyLayer, allowed: Table, topics: Topics) -> Function:
        settings = ProvisioningHookSettings(
            environment_suffix=context.suffix,
            allowed_devices_table=allowed.name,
            reserved_devices=topics.reserved_devices,
            metrics_namespace=context.config.metrics_namespace,
        )
        options = FunctionOptions(
            package="provisioning_hook",
            description="Admits devices of the allow list to provisioning",
            settings=settings,
            memory_mb=HOOK_MEMORY_MB,
            timeout_seconds=HOOK_TIMEOUT_SECONDS,
        )
        function = Function(self, "provisioning-hook", context=context, key=key, layer=layer, options=options)
        allowed.grant(function.role, "UpdateItem")
        function.role.allow("find-registrations", *finding_registrations(context))
        return function

    def _registrar(self, context: Context) -> Role:
        """The role under which IoT Core does what the template says."""
        role = Role(
            self,
            "registrar",
            context=context,
            name="fleet-registrar",
            description="Registers devices by the fleet's template",
            trust=service_trust("iot.amazonaws.com", account=context.account),
        )
        role.allow("register-things", *registering(context, group=self.thing_group, type_=self.thing_type))
        return role

    def _template_body(self) -> str:
        reference = {"Ref": "SerialNumber"}
        thing = {
            "Type": "AWS::IoT::Thing",
            "Properties": {
                "ThingName": reference,
                "ThingTypeName": self.thing_type,
                "ThingGroups": [self.thing_group],
            },
            "OverrideSettings": {"AttributePayload": "MERGE", "ThingGroups": "DO_NOTHING", "ThingTypeName": "REPLACE"},
        }
        certificate = {
            "Type": "AWS::IoT::Certificate",
            "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}, "Status": "Active"},
        }
        policy = {"Type": "AWS::IoT::Policy", "Properties": {"PolicyName": self.device_policy}}
        body = {
            "Parameters": {"SerialNumber": {"Type": "String"}, "AWS::IoT::Certificate::Id": {"Type": "String"}},
            "Resources": {"thing": thing, "certificate": certificate, "policy": policy},
        }
        return json.dumps(body, sort_keys=True)
