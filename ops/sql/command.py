"""Query the archive with SQL through Athena: your own statement or a named query."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

from ops.errors import InputError
from ops.group import add_command
from ops.printing import plain, table
from ops.sql.athena import Workgroup, in_words

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud
    from ops.sql.athena import Result


def register(parser: argparse.ArgumentParser) -> None:
    add_command(parser, sys.modules[__name__])


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sql", nargs="?", metavar='"SELECT …"', help="one statement in Athena's SQL")
    parser.add_argument("--named", metavar="NAME", help="run this named query instead")
    parser.add_argument("--list", action="store_true", help="list the named queries instead")
    parser.add_argument("--csv", action="store_true", help="print CSV page by page, for programs and for many rows")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    if sum((options.sql is not None, options.named is not None, options.list)) != 1:
        raise InputError('use exactly one of "SELECT …", --named NAME and --list')
    workgroup = Workgroup(cloud.athena, cloud.outputs.need("athena_workgroup"))
    if options.list:
        print(table(("NAME", "WHAT"), [(each.name, plain(each.description)) for each in workgroup.named()]))
        return
    sql, database = (options.sql, cloud.outputs.need("glue_database"))
    if options.named is not None:
        sql, database = _named(workgroup, options.named)
    _print(workgroup.run(sql, database), as_csv=options.csv)


def _named(workgroup: Workgroup, name: str) -> tuple[str, str]:
    known = {each.name: each for each in workgroup.named()}
    if name not in known:
        raise InputError(f"--named {name} is unknown; allowed are {', '.join(known) or 'none'}")
    return known[name].sql, known[name].database


def _print(result: Result, *, as_csv: bool) -> None:
    """Print the rows to standard output and the scanned bytes to standard error."""
    count = _csv(result) if as_csv else _table(result)
    print(f"{count:,} rows, {in_words(result.scanned_bytes)} scanned", file=sys.stderr)


def _csv(result: Result) -> int:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if result.columns:
        writer.writerow(result.columns)
    count = 0
    for row in result.rows:
        writer.writerow(row)
        count += 1
    return count


def _table(result: Result) -> int:
    rows = [[plain(cell or "") for cell in row] for row in result.rows]
    if result.columns:
        print(table(result.columns, rows))
    return len(rows)
