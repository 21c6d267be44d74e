"""`python -m ops.flat_outputs`: write a deployment's outputs as one flat JSON file, for `ops` and the integration
tests.

Reads the output of `terraform output -json` or `cdktf output --outputs-file`, or a flat file. Exit status 2 for
anything else.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE = Path("cfn-outputs/flat-outputs.json")


class UnknownFormError(ValueError):
    """The input holds no outputs in a known form."""


def flatten(given: object) -> dict[str, str]:
    """Return the outputs by name, whichever of the three forms they have. Raises `UnknownFormError`."""
    if not isinstance(given, dict) or not given:
        raise UnknownFormError("expected a JSON object with the outputs of one stack")
    if all(isinstance(value, dict) and "value" in value for value in given.values()):
        return _texts({name: entry["value"] for name, entry in given.items()})
    stacks = [value for value in given.values() if isinstance(value, dict)]
    if len(stacks) > 1:
        raise UnknownFormError(f"expected the outputs of one stack (got those of {', '.join(given)})")
    return _texts(stacks[0] if stacks else given)


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    for name, value in values.items():
        if not isinstance(value, str):
            raise UnknownFormError(f"the output {name} must be a string")
    return {name: str(value) for name, value in sorted(values.items())}


def write(values: Mapping[str, str], file: Path) -> None:
    """Write the file atomically, and create its folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    draft.replace(file)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.flat_outputs", description=__doc__)
    parser.add_argument(
        "--from", dest="source", default="-", metavar="FILE", help="file to read; default: standard input"
    )
    parser.add_argument(
        "--to", type=Path, default=FILE, metavar="FILE.json", help="file to write; default: %(default)s"
    )
    options = parser.parse_args(arguments)
    try:
        text = sys.stdin.read() if options.source == "-" else Path(options.source).read_text(encoding="utf-8")
        values = flatten(json.loads(text))
    except (OSError, ValueError) as error:
        print(f"the outputs cannot be read: {error}", file=sys.stderr)
        return 2
    write(values, options.to)
    print(f"{options.to}: {len(values)} outputs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
