"""A thing that the deployment makes itself; ``python -m ops devices add`` gives it a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iot_thing import IotThing
from cdktf_cdktf_provider_aws.iot_thing_group_membership import IotThingGroupMembership
from constructs import Construct

from lib.part import PartDescription

if TYPE_CHECKING:
    from lib.config.ingest import FirstThingConfig
    from lib.devices.provisioning import Provisioning


class FirstThing(Construct):
    """A device of the fleet's type and group, with the attributes of the settings."""

    def __init__(self, scope: Construct, id_: str, *, settings: FirstThingConfig, fleet: Provisioning) -> None:
        super().__init__(scope, id_)
        thing = IotThing(
            self, "thing", name=settings.name, thing_type_name=fleet.thing_type, attributes={**settings.attributes}
        )
        IotThingGroupMembership(self, "membership", thing_name=thing.name, thing_group_name=fleet.thing_group)
        self.name = thing.name

    def describe(self) -> PartDescription:
        return PartDescription(outputs={"first_thing": self.name})


def build_first_thing(scope: Construct, *, settings: FirstThingConfig | None, fleet: Provisioning) -> FirstThing | None:
    """Where the settings ask for one."""
    return None if settings is None else FirstThing(scope, "first-thing", settings=settings, fleet=fleet)
