"""What a test asks a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.client import BaseClient

from tests.unit.functions.fakes import client_error

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

REGION = "eu-central-1"
OUTPUTS = {
    "aws_region": REGION,
    "iot_endpoint": "abc-ats.iot.eu-central-1.amazonaws.com",
    "iot_data_topic": "sensor/{device}/data",
    "iot_command_topic": "sensor/{device}/commands",
    "iot_reserved_devices": "data,all",
    "device_policy": "device",
    "claim_policy": "claim",
    "thing_type": "machine",
    "thing_group": "machines",
    "devices_table": "devices",
    "allowed_devices_table": "allowed-devices",
}


class Deployment:
    def __init__(self, iot: Any, dynamodb: Any) -> None:
        self.iot = iot
        self.dynamodb = dynamodb

    def things(self) -> list[str]:
        return sorted(thing["thingName"] for thing in self.iot.list_things()["things"])

    def group(self) -> list[str]:
        return sorted(self.iot.list_things_in_thing_group(thingGroupName=OUTPUTS["thing_group"])["things"])

    def certificates(self) -> dict[str, str]:
        """All of the account, ARN → status."""
        return {c["certificateArn"]: c["status"] for c in self.iot.list_certificates()["certificates"]}

    def attached(self, thing: str = "press-1") -> list[str]:
        principals: list[str] = self.iot.list_thing_principals(thingName=thing)["principals"]
        return principals

    def policies(self, arn: str) -> list[str]:
        return [policy["policyName"] for policy in self.iot.list_attached_policies(target=arn)["policies"]]

    def pem(self, arn: str) -> str:
        found = self.iot.describe_certificate(certificateId=arn.rpartition("/")[2])
        pem: str = found["certificateDescription"]["certificatePem"]
        return pem

    def entry(self, serial: str = "press-1") -> dict[str, str]:
        key = {"serial_number": {"S": serial}}
        found = self.dynamodb.get_item(TableName="allowed-devices", Key=key).get("Item", {})
        return {name: value["S"] for name, value in found.items()}

    def put(self, table: str, **item: Any) -> None:
        self.dynamodb.put_item(TableName=table, Item=item)


class Calls:
    """Watches the SDK's calls: ``before`` runs before each one, and may raise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        self.requests: list[Any] = []
        self.before: Callable[[str], None] = lambda _operation: None
        real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]  # the one place that all calls pass

        def call(client: Any, operation: str, request: Any) -> Any:
            self.made.append(operation)
            self.requests.append(request)
            self.before(operation)
            return real(client, operation, request)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    def named(self, operation: str) -> list[Any]:
        """The requests of one operation, in order."""
        return [request for made, request in zip(self.made, self.requests, strict=True) if made == operation]

    def fail(self, *operations: str, code: str = "ThrottlingException") -> None:
        """The next call of each operation fails, and all others go through."""
        left = set(operations)

        def before(called: str) -> None:
            if called in left:
                left.remove(called)
                raise client_error(code)

        self.before = before
