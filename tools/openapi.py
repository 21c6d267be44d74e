"""Write docs/openapi.json from the API's routes and models: part of `make docs`."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

from lib.api.openapi import document

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "openapi.json"


def main() -> int:
    """Write the document. With ``--check`` write nothing and return 1 if it is out of date."""
    check = "--check" in sys.argv[1:]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = json.dumps(document(project["version"]), indent=2) + "\n"
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text
    if stale and not check:
        PAGE.write_text(text, encoding="utf-8")
    print(f"docs/openapi.json: {('out of date' if check else 'written') if stale else 'unchanged'}")
    return int(check and stale)


if __name__ == "__main__":
    sys.exit(main())
