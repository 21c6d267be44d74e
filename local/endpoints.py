"""Addresses of the embedded AWS, and boto3 clients for them."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config

from local.devices.identity import MqttAddress

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=32,
    # Everything is on the loopback interface, so a proxy of the environment must not be used.
    proxies={},
    s3={"addressing_style": "path"},
)
# A retry by the client would run the function twice side by side, so the caller decides about retries. A function may
# run for 900 s.
_INVOKE = _CONFIG.merge(Config(retries={"total_max_attempts": 1}, read_timeout=910))
_TIMESTREAM = frozenset({"timestream-write", "timestream-query"})


@dataclass(frozen=True)
class Credentials:
    """Keys to sign with; `session_token` is set only for keys from STS."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Clients:
    """Addresses and root credentials of one embedded AWS, and a cache of boto3 clients for it.

    `endpoint_url` serves everything except Timestream, which has its own server at `timestream_url`, and devices, which
    connect to `mqtt`. `trusted` is the PEM file of the certificate to trust (default: those that boto3 trusts).
    """

    endpoint_url: str
    timestream_url: str
    region: str
    account: str
    credentials: Credentials
    mqtt: MqttAddress
    trusted: Path | None = None
    _cache: dict[tuple[str, Credentials], Any] = field(default_factory=dict, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def client(self, service: str, credentials: Credentials | None = None) -> Any:
        """Return the boto3 client of `service` that signs with `credentials` (default: the account's root).

        Thread-safe; each pair of service and credentials is created once.
        """
        signer = credentials or self.credentials
        with self._lock:
            if (service, signer) not in self._cache:
                self._cache[service, signer] = self._make(service, signer)
            return self._cache[service, signer]

    def assume(self, role_arn: str, session_name: str) -> Credentials:
        """Return credentials of `role_arn` from STS. Raises `ClientError` if its trust policy denies it."""
        answer = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=session_name)
        keys = answer["Credentials"]
        return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    def _make(self, service: str, signer: Credentials) -> Any:
        # boto3's default session is shared, and creating clients from it is not thread-safe.
        session = boto3.Session(
            aws_access_key_id=signer.access_key,
            aws_secret_access_key=signer.secret_key,
            aws_session_token=signer.session_token,
            region_name=self.region,
        )
        url = self.timestream_url if service in _TIMESTREAM else self.endpoint_url
        config = _INVOKE if service == "lambda" else _CONFIG
        make: Any = session.client
        return make(service, endpoint_url=url, config=config, verify=str(self.trusted) if self.trusted else None)
