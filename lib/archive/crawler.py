"""The crawler: registered partitions, for engines that do not compute them as Athena does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.glue_crawler import (
    GlueCrawler,
    GlueCrawlerRecrawlPolicy,
    GlueCrawlerS3Target,
    GlueCrawlerSchemaChangePolicy,
)
from cdktf_cdktf_provider_aws.glue_security_configuration import (
    GlueSecurityConfiguration,
    GlueSecurityConfigurationEncryptionConfiguration,
    GlueSecurityConfigurationEncryptionConfigurationCloudwatchEncryption,
    GlueSecurityConfigurationEncryptionConfigurationJobBookmarksEncryption,
    GlueSecurityConfigurationEncryptionConfigurationS3Encryption,
)
from constructs import Construct

from lib.building.iam import Role, Statement, service_trust

if TYPE_CHECKING:
    from lib.archive.catalog import Catalog
    from lib.context import Context
    from lib.security.key import Key

TABLE_PREFIX = "crawled_"
"""The crawler has its own table, `crawled_readings`. It never changes the table that Firehose uses."""


class Crawler(Construct):
    """Registers new folders of the lake at the times of ``cron``."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key, catalog: Catalog, cron: str) -> None:
        super().__init__(scope, id_)
        name = context.naming.name("crawler")
        source = catalog.readings.options
        self._role = Role(
            self,
            "role",
            context=context,
            name="crawler",
            description="Registers the lake's partitions",
            trust=service_trust("glue.amazonaws.com", account=context.account),
        )
        source.bucket.grant_read(self._role, source.prefix)
        self._grant(context, catalog)
        crawler = GlueCrawler(
            self,
            "crawler",
            name=name,
            description="Partitions of the lake's readings",
            role=self._role.arn,
            database_name=catalog.database,
            table_prefix=TABLE_PREFIX,
            schedule=cron,
            s3_target=[GlueCrawlerS3Target(path=f"s3://{source.bucket.name}/{source.prefix}")],
            # These three settings belong together: only new folders, and no change to known ones.
            recrawl_policy=GlueCrawlerRecrawlPolicy(recrawl_behavior="CRAWL_NEW_FOLDERS_ONLY"),
            schema_change_policy=GlueCrawlerSchemaChangePolicy(update_behavior="LOG", delete_behavior="LOG"),
            configuration=_configuration(),
            security_configuration=self._encryption(context, key),
        )
        self._role.comes_before(crawler)
        self.name = crawler.name

    def _grant(self, context: Context, catalog: Catalog) -> None:
        actions = (
            *("GetDatabase", "GetTable", "GetTables", "CreateTable", "UpdateTable"),
            *("GetPartition", "GetPartitions", "BatchGetPartition", "BatchCreatePartition", "UpdatePartition"),
        )
        self._role.allow(
            "register-partitions",
            Statement(
                actions=tuple(f"glue:{action}" for action in actions),
                resources=(
                    context.arn("glue", "catalog"),
                    context.arn("glue", f"database/{catalog.database}"),
                    context.arn("glue", f"table/{catalog.database}/{TABLE_PREFIX}*"),
                ),
            ),
        )
        # Glue creates this log group itself and names it after the role and the security configuration.
        groups = context.arn("logs", "log-group:/aws-glue/crawlers*")
        logs = ("CreateLogGroup", "CreateLogStream", "PutLogEvents", "AssociateKmsKey")
        statement = Statement(actions=tuple(f"logs:{action}" for action in logs), resources=(groups,))
        self._role.allow("write-logs", statement)

    def _encryption(self, context: Context, key: Key) -> str:
        logs = GlueSecurityConfigurationEncryptionConfigurationCloudwatchEncryption(
            cloudwatch_encryption_mode="SSE-KMS", kms_key_arn=key.arn
        )
        bookmarks = GlueSecurityConfigurationEncryptionConfigurationJobBookmarksEncryption(
            job_bookmarks_encryption_mode="CSE-KMS", kms_key_arn=key.arn
        )
        objects = GlueSecurityConfigurationEncryptionConfigurationS3Encryption(
            s3_encryption_mode="SSE-KMS", kms_key_arn=key.arn
        )
        configuration = GlueSecurityConfiguration(
            self,
            "encryption",
            name=context.naming.name("crawler"),
            encryption_configuration=GlueSecurityConfigurationEncryptionConfiguration(
                cloudwatch_encryption=logs, job_bookmarks_encryption=bookmarks, s3_encryption=objects
            ),
        )
        name: str = configuration.name
        return name


def _configuration() -> str:
    """Return the configuration: all folders are one table, and a partition has that table's columns."""
    return json.dumps(
        {
            "Version": 1.0,
            "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"},
            "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
        },
        sort_keys=True,
    )
