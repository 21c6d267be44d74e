"""Where the embedded AWS answers, and boto3 clients that speak to it."""

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
    # Everything is on the loopback interface, whatever proxy the environment names.
    proxies={},
    s3={"addressing_style": "path"},
)
# An invocation that is repeated by the client would run the function twice side by side; who invokes decides about
# repeating. 900 s is the longest that a function may run.
_INVOKE = _CONFIG.merge(Config(retries={"total_max_attempts": 1}, read_timeout=910))
_TIMESTREAM = frozenset({"timestream-write", "timestream-query"})


@dataclass(frozen=True)
class Credentials:
    """Keys to sign with; `session_token` only where STS gave them."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Clients:
    """Addresses and root credentials of one embedded AWS, and a cache of boto3 clients for it.

    `endpoint_url` serves everything but Timestream, which has a server of its own at `timestream_url`, and devices,
    which speak to `mqtt`.
    `trusted` is the certificate to trust, in PEM (default: those that boto3 trusts).
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
        """The boto3 client of `service`, signing with `credentials` (default: the account's root).

        Clients may be used from several threads; each (service, credentials) pair is made once.
        """
        signer = credentials or self.credentials
        with self._lock:
            if (service, signer) not in self._cache:
                self._cache[service, signer] = self._make(service, signer)
            return self._cache[service, signer]

    def assume(self, role_arn: str, session_name: str) -> Credentials:
        """Credentials of `role_arn` from STS; a `ClientError` when its trust policy says no."""
        answer = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=session_name)
        keys = answer["Credentials"]
        return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    def _make(self, service: str, signer: Credentials) -> Any:
        # A session of its own: boto3's default one is shared, and making clients from it is not thread-safe.
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
