"""What alerts need: the table of episodes, the topic, and the secret that signs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.notifications.subscriptions import of_alerts
from lib.notifications.topic import Topic
from lib.part import PartDescription, combined
from lib.security.signing_secret import SigningSecret
from lib.store.table import Attribute, Table, TableIndex, TableKeys

if TYPE_CHECKING:
    from constructs import Construct

    from lib.building.function import DependencyLayer
    from lib.context import Context
    from lib.security.key import Key

EPISODES = TableKeys(
    partition=Attribute("sensor"),
    index=TableIndex(
        name="by-look-after",
        partition=Attribute("look_bucket"),
        sort=Attribute("look_after_ms", "N"),
        keys_only=True,
    ),
    expires=True,
)
"""One item per sensor: its latest anomaly episodes. The index finds those that a reading may end."""


@dataclass(frozen=True, kw_only=True)
class Alerting:
    """``table`` remembers each sensor's episodes, so that each change is alerted once."""

    table: Table
    topic: Topic
    secret: SigningSecret

    def describe(self) -> PartDescription:
        table = PartDescription(
            tables={"alerts": self.table}, outputs={"alerts_table": self.table.name}, uses=[self.table.write_use()]
        )
        return combined((table, self.topic.describe(), self.secret.describe()))


def build_alerting(scope: Construct, *, context: Context, key: Key, layer: DependencyLayer) -> Alerting:
    subscriptions = of_alerts(context.config.alerts)
    return Alerting(
        table=Table(scope, "alert-table", name="alerts", context=context, key=key, keys=EPISODES),
        topic=Topic(scope, "alerts", context=context, key=key, subscriptions=subscriptions),
        secret=SigningSecret(scope, "alert-signing", context=context, key=key, layer=layer),
    )
