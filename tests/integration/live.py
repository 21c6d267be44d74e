"""A live deployment: its outputs, clients for it, and how long to wait for something to turn up there."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.credentials import Credentials

from ops.http import SignedHttp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WAIT_SECONDS = float(os.environ.get("INTEGRATION_WAIT_SECONDS", "600"))
"""Longer than Firehose buffers (300 s by default) and a function is tried again."""
LOOK_SECONDS = 2.0


class Live:
    def __init__(self, outputs: Mapping[str, str]) -> None:
        self.outputs = outputs
        self.began = time.time()

    @cache  # noqa: B019  # one instance a session
    def client(self, service: str) -> Any:
        make: Any = boto3.client
        # Timestream's clients ask their service for an address, also where the variable names one.
        address = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}")
        return make(service, region_name=self.outputs["aws_region"], endpoint_url=address)

    @cache  # noqa: B019  # one instance a session
    def assume(self, role: str) -> Credentials:
        """Of the role whose ARN is this output; they hold for an hour."""
        answer = self.client("sts").assume_role(RoleArn=self.outputs[role], RoleSessionName="integration")
        keys = answer["Credentials"]
        return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    @cache  # noqa: B019  # one instance a session
    def http(self, role: str) -> SignedHttp:
        """Calls of the API, signed by the role whose ARN is this output."""
        return SignedHttp(self.assume(role), self.outputs["aws_region"], self.outputs["api_url"])

    def parameter(self, output: str) -> Any:
        """What is known of the parameter that this output names; not its value."""
        wanted = {"Key": "Name", "Option": "Equals", "Values": [self.outputs[output]]}
        (found,) = self.client("ssm").describe_parameters(ParameterFilters=[wanted])["Parameters"]
        return found

    def found(self, look: Callable[[], bool]) -> bool:
        """Whether `look` finds it within the time, counted from the first delivery on."""
        until = time.monotonic() + max(WAIT_SECONDS - (time.time() - self.began), LOOK_SECONDS)
        while not look():
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_SECONDS)
        return True
