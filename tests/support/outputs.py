"""`python -m tests.support.outputs`: a deployment's outputs as one flat JSON file, for the integration tests and `ops`.

Reads what `terraform output -json`, `cdktf output --outputs-file` or an earlier run wrote. Exit status 2 for anything
else.
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
    """What was read holds no outputs in any form that we know."""


def flatten(given: object) -> dict[str, str]:
    """Name to value, whichever of the three forms it came in; raises `UnknownFormError`."""
    if not isinstance(given, dict) or not given:
        raise UnknownFormError("wanted is a JSON object with the outputs of one stack")
    if all(isinstance(value, dict) and "value" in value for value in given.values()):
        return _texts({name: entry["value"] for name, entry in given.items()})
    stacks = [value for value in given.values() if isinstance(value, dict)]
    if len(stacks) > 1:
        raise UnknownFormError(f"wanted are the outputs of one stack; these are of {', '.join(given)}")
    return _texts(stacks[0] if stacks else given)


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    for name, value in values.items():
        if not isinstance(value, str):
            raise UnknownFormError(f"the output {name} is no text")
    return {name: str(value) for name, value in sorted(values.items())}


def write(values: Mapping[str, str], file: Path) -> None:
    """Write the file whole or not at all, with its folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    draft.replace(file)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.outputs", description=__doc__)
    parser.add_argument("--from", dest="source", default="-", metavar="FILE", help="default: standard input")
    parser.add_argument("--to", type=Path, default=FILE, metavar="FILE.json", help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        text = sys.stdin.read() if options.source == "-" else Path(options.source).read_text(encoding="utf-8")
        values = flatten(json.loads(text))
    except (OSError, ValueError) as error:
        print(f"no outputs: {error}", file=sys.stderr)
        return 2
    write(values, options.to)
    print(f"{options.to}: {len(values)} outputs")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
