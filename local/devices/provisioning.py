"""Fleet provisioning over MQTT: with the claim certificate a device requests its own certificate."""

from __future__ import annotations

from contextlib import contextmanager
from queue import Empty, Queue
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any

import msgspec

from local.devices.claim import CLAIM_PREFIX
from local.devices.connection import DeviceConnection
from local.devices.errors import DeviceError, ProvisioningRefusedError
from local.devices.identity import DeviceIdentity, MqttAddress
from local.devices.keys import make_request, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.devices.loop import MqttLoop

ANSWER_SECONDS = 30.0
CSR_SECONDS = 3.0
"""Time to wait for an answer to a signing request, once per fleet."""

HOOK_FAILED = "InvocationError"
"""The hook was late or busy. This says nothing about the device, which retries with the same certificate."""
_HOOK_WAITS = (1.0, 2.0, 4.0)
"""Seconds before each retry."""

FROM_REQUEST = "$aws/certificates/create-from-csr/json"
WITH_KEY = "$aws/certificates/create/json"


class Provisioner:
    """Provisions devices with one template and one claim certificate. Thread-safe.

    A device creates its key itself and sends a signing request. AWS IoT answers it. MiniStack does not; it only answers
    a request for a certificate with a key, which the provisioner then sends. Only then a key is transferred.
    """

    def __init__(
        self, claim: DeviceIdentity, template: str, address: MqttAddress, loop: MqttLoop, folder: Path
    ) -> None:
        self._claim = claim
        self._register = f"$aws/provisioning-templates/{template}/provision/json"
        self._address = address
        self._loop = loop
        self._folder = folder
        self._asking = Lock()
        self._answers_requests: bool | None = None

    @property
    def keys_travelled(self) -> bool:
        """Whether the broker created the keys, because it did not answer signing requests."""
        return self._answers_requests is False

    def provision(self, serial_number: str) -> DeviceIdentity:
        """Return the identity of the thing for this serial number. Its files are in the folder.

        Raises `ProvisioningRefusedError` if a step is rejected, `DeviceError` if there is no answer.
        """
        with self._conversation(serial_number) as talk:
            certificate, key = self._certificate(talk, serial_number)
            registration = {
                "certificateOwnershipToken": certificate["certificateOwnershipToken"],
                "parameters": {"SerialNumber": serial_number},
            }
            answer = self._registered(talk, registration)
        identity = DeviceIdentity(
            answer["thingName"], self._folder / f"{serial_number}.crt", self._folder / f"{serial_number}.key"
        )
        identity.certificate.write_text(certificate["certificatePem"])
        write_private(identity.key, key)
        return identity

    def _registered(self, talk: Conversation, registration: dict[str, Any]) -> dict[str, Any]:
        for wait in _HOOK_WAITS:
            try:
                return talk.ask(self._register, registration)
            except ProvisioningRefusedError as refusal:
                if refusal.code != HOOK_FAILED:
                    raise
                sleep(wait)
        return talk.ask(self._register, registration)

    @contextmanager
    def _conversation(self, serial_number: str) -> Iterator[Conversation]:
        answers: Queue[tuple[str, bytes]] = Queue()
        connection = DeviceConnection(
            self._claim,
            self._address,
            self._loop,
            client_id=CLAIM_PREFIX + serial_number,
            on_message=lambda topic, payload: answers.put((topic, payload)),
        )
        with connection:
            yield Conversation(connection, answers)

    def _certificate(self, talk: Conversation, serial_number: str) -> tuple[dict[str, Any], bytes]:
        """Return the answer with the certificate, and its private key."""
        if self._answers_requests is None:
            with self._asking:
                if self._answers_requests is None:
                    return self._find_out(talk, serial_number)
        if self._answers_requests:
            return _from_request(talk, serial_number, ANSWER_SECONDS)
        return _with_key(talk)

    def _find_out(self, talk: Conversation, serial_number: str) -> tuple[dict[str, Any], bytes]:
        try:
            found = _from_request(talk, serial_number, CSR_SECONDS)
        except NoAnswerError:
            self._answers_requests = False
            return _with_key(talk)
        self._answers_requests = True
        return found


class NoAnswerError(DeviceError):
    """The broker did not answer a request."""


class Conversation:
    """Sequential requests over one connection, each with its answer."""

    def __init__(self, connection: DeviceConnection, answers: Queue[tuple[str, bytes]]) -> None:
        self._connection = connection
        self._answers = answers

    def ask(self, topic: str, request: dict[str, Any], timeout: float = ANSWER_SECONDS) -> dict[str, Any]:
        """Return the accepted answer to `request`. Raises `ProvisioningRefusedError` and `NoAnswerError`."""
        try:
            self._connection.subscribe(f"{topic}/accepted", f"{topic}/rejected")
            self._connection.publish(topic, msgspec.json.encode(request)).result(timeout)
            while True:
                came_from, payload = self._answers.get(timeout=timeout)
                if came_from.startswith(topic):
                    break
        except (Empty, TimeoutError):
            raise NoAnswerError(f"{self._connection.client_id}: no answer to {topic} in {timeout:g} s") from None
        answer: dict[str, Any] = msgspec.json.decode(payload)
        if came_from.endswith("/rejected"):
            code, message = answer.get("errorCode", ""), answer.get("errorMessage", "")
            raise ProvisioningRefusedError(f"{self._connection.client_id}: {topic}: {code} {message}", code)
        return answer


def _from_request(talk: Conversation, serial_number: str, timeout: float) -> tuple[dict[str, Any], bytes]:
    request, key = make_request(serial_number)
    return talk.ask(FROM_REQUEST, {"certificateSigningRequest": request}, timeout), key


def _with_key(talk: Conversation) -> tuple[dict[str, Any], bytes]:
    answer = talk.ask(WITH_KEY, {})
    return answer, answer["privateKey"].encode()
