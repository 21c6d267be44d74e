"""The CDKTF app. The one module that reads the environment variables of a synthesis."""

from __future__ import annotations

import os
import sys

from lib.app import build
from lib.building.packaging import PackagingError
from lib.config import ConfigError, load_environment


def main() -> int:
    """Synthesize the stack of ``ENVIRONMENT_SUFFIX``; 2 with one line of explanation when the settings are wrong."""
    suffix = os.environ.get("ENVIRONMENT_SUFFIX", "dev")
    region, account = os.environ.get("AWS_REGION") or None, os.environ.get("AWS_ACCOUNT_ID") or None
    try:
        app = build(
            config=load_environment(suffix, region=region, account=account),
            environment_suffix=suffix,
            state_bucket=_state_bucket(),
            state_bucket_region=os.environ.get("TERRAFORM_STATE_BUCKET_REGION") or None,
            default_tags={
                "repository": os.environ.get("REPOSITORY", ""),
                "commit-author": os.environ.get("COMMIT_AUTHOR", ""),
            },
        )
    except (ConfigError, PackagingError) as error:
        print(error, file=sys.stderr)
        return 2
    app.synth()
    return 0


def _state_bucket() -> str:
    """Required: a bucket of a name that we would choose may be anyone's."""
    bucket = os.environ.get("TERRAFORM_STATE_BUCKET")
    if not bucket:
        raise ConfigError("TERRAFORM_STATE_BUCKET is not set: name an S3 bucket of yours for Terraform's state")
    return bucket


if __name__ == "__main__":
    sys.exit(main())
