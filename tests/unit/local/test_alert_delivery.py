"""Alerts to several subscribers, through a real SNS topic to a real HTTPS endpoint: each gets what it asked for."""

from __future__ import annotations

import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from lambda_src.common.alerting.publisher import Alert, Publisher
from lambda_src.common.aws.deadline import Deadline
from lib.config.operations import AlertsConfig, AlertSubscriberConfig
from lib.notifications.subscriptions import of_alerts
from local.embedded.aws import embedded_aws
from local.embedded.certificate import make_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_src.common.alerting.publisher import AlertState
    from local.endpoints import Clients

SECONDS = 20.0


@dataclass
class Receiver:
    """An HTTPS endpoint; what SNS posts to it, by path."""

    address: str
    posts: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    state: threading.Condition = field(default_factory=threading.Condition)

    def of(self, path: str, kind: str) -> list[dict[str, Any]]:
        return [body for where, what, body in self.posts if (where, what) == (path, kind)]

    def await_posts(self, path: str, kind: str, count: int) -> list[dict[str, Any]]:
        """The first ``count`` posts of a kind to a path; an AssertionError when they do not come."""
        with self.state:
            assert self.state.wait_for(lambda: len(self.of(path, kind)) >= count, SECONDS), (path, kind)
            return self.of(path, kind)


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    folder = tmp_path_factory.mktemp("receiver")
    certificate = make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            with found.state:
                found.posts.append((self.path, self.headers["x-amz-sns-message-type"], body))
                found.state.notify_all()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    found = Receiver(f"https://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(certificate.certificate))
        yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def clients(receiver: Receiver) -> Iterator[Clients]:
    with embedded_aws("eu-central-1") as aws:
        yield aws.clients


def alert(number: int, severity: str, state: AlertState = "opened") -> Alert:
    return Alert(f"press-{number}#t#1#{state}", f"press-{number}", "t", state, 1.0, 1, severity, None, None, 1, "test")


def test_each_subscriber_gets_its_severities_and_states(clients: Clients, receiver: Receiver) -> None:
    sns = clients.client("sns")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    settings = AlertsConfig(
        subscribers=(
            AlertSubscriberConfig(endpoint=f"{receiver.address}/critical", severities=("critical",)),
            AlertSubscriberConfig(endpoint=f"{receiver.address}/usual"),
            AlertSubscriberConfig(endpoint=f"{receiver.address}/all", states=("opened", "escalated", "ended")),
        )
    )
    for each in of_alerts(settings):
        attributes = {"FilterPolicy": json.dumps(each.only)} if each.only else {}
        to = {"TopicArn": topic, "Protocol": each.protocol, "Endpoint": each.endpoint, "Attributes": attributes}
        # What asks for the ARN, as Terraform does, gets it before the subscription is confirmed.
        assert sns.subscribe(**to, ReturnSubscriptionArn=True)["SubscriptionArn"].startswith(f"{topic}:")
    for path in ("/critical", "/usual", "/all"):
        (request,) = receiver.await_posts(path, "SubscriptionConfirmation", 1)
        sns.confirm_subscription(TopicArn=topic, Token=request["Token"])

    alerts = [alert(number, severity) for number, severity in enumerate(("warning", "critical", "warning"))]
    alerts += [alert(0, "critical", "escalated"), alert(0, "critical", "ended")]
    Publisher(sns, topic, None).publish(alerts, Deadline(lambda: 60_000))

    for path, count in (("/all", 5), ("/usual", 4), ("/critical", 2)):
        receiver.await_posts(path, "Notification", count)
    time.sleep(1)  # what must not arrive has had the time to
    ids = {
        path: sorted(json.loads(each["Message"])["alert_id"] for each in receiver.of(path, "Notification"))
        for path in ("/all", "/usual", "/critical")
    }
    assert ids["/all"] == sorted(each.alert_id for each in alerts)
    assert ids["/usual"] == sorted(each.alert_id for each in alerts if each.state != "ended")
    assert ids["/critical"] == ["press-0#t#1#escalated", "press-1#t#1#opened"]
    first = receiver.of("/critical", "Notification")[0]["MessageAttributes"]
    assert first["severity"] == {"Type": "String", "Value": "critical"}
