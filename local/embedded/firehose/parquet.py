"""Convert JSON documents to Parquet with DuckDB."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb

_TYPES = {"string": "VARCHAR", "double": "DOUBLE", "bigint": "BIGINT", "boolean": "BOOLEAN"}


class MisfitError(Exception):
    """The documents are not JSON or do not fit the table."""


def convert(documents: bytes, columns: Mapping[str, str]) -> bytes:
    """Return one Parquet file of the concatenated documents. ``columns`` have Glue's types.

    A missing column is null; unknown fields are dropped.
    """
    types = ", ".join(f"'{name}': '{_TYPES[kind]}'" for name, kind in columns.items())
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "documents.json", Path(folder) / "rows.parquet"
        source.write_bytes(documents)
        rows = f"SELECT * FROM read_json('{source}', format = 'unstructured', columns = {{{types}}})"  # noqa: S608 (ours)
        try:
            with duckdb.connect() as connection:
                connection.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION snappy)")
        except duckdb.Error as error:
            raise MisfitError(str(error)) from error
        return target.read_bytes()
