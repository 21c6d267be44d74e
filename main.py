"""The CDKTF app. The one place that reads the environment it is synthesized in."""

from __future__ import annotations

import os
import sys

from lib.app import build
from lib.building.packaging import PackagingError
from lib.config import ConfigError, load_environment


def main() -> int:
    """Synthesize the stack of ``ENVIRONMENT_SUFFIX``; 2 with one line of explanation when the settings are wrong."""
    suffix = os.environ.get("ENVIRONMENT_SUFFIX", "dev")
    tags = {
        "repository": os.environ.get("REPOSITORY", ""),
        "commit-author": os.environ.get("COMMIT_AUTHOR", ""),
    }
    try:
        app = build(
            config=load_environment(suffix),
            environment_suffix=suffix,
            aws_region=os.environ.get("AWS_REGION") or None,
            state_bucket=os.environ.get("TERRAFORM_STATE_BUCKET") or None,
            state_bucket_region=os.environ.get("TERRAFORM_STATE_BUCKET_REGION") or None,
            default_tags={key: value for key, value in tags.items() if value},
        )
    except (ConfigError, PackagingError) as error:
        print(error, file=sys.stderr)
        return 2
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
