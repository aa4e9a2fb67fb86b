"""The files of one mart, Parquet and CSV, and the dated zip. The same rows give the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from orchestration.csv_writer import csv_text
from orchestration.feed.contract import FEED, Contract

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

ORDER_OF_DASHBOARD = "row_order"
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, the earliest a zip can hold: a time of writing would change its bytes."""
READABLE = 0o100644 << 16
UNIX = 3


def read_rows(connection: duckdb.DuckDBPyConnection, contract: Contract) -> pa.Table:
    """The rows of a mart, in the order of its key, or of all columns where it has none; the dashboard's as it reads
    them.
    """
    order = ", ".join(f'"{name}"' for name in contract.key) or "all"
    if contract.table.startswith(f"{FEED}.") and "row_order" in contract.names:
        order = f"{ORDER_OF_DASHBOARD}, {order}" if contract.key else ORDER_OF_DASHBOARD
    listed = ", ".join(f'"{name}"' for name in contract.names)
    return connection.sql(f"select {listed} from {contract.table} order by {order}").to_arrow_table()


def parquet_bytes(rows: pa.Table, contract: Contract) -> bytes:
    """One Parquet file, compressed with zstd. Descriptions, labels and units are metadata of the columns, and the
    description, key and version of the contract are metadata of the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [
        pa.field(column.name, rows.schema.field(column.name).type, nullable=column.is_nullable).with_metadata(
            {"description": column.description, "label": column.label, "unit": column.unit}
        )
        for column in contract.columns
    ]
    about = {
        "description": contract.description,
        "contract_version": contract.version,
        "key": json.dumps(contract.key),
        "columns": json.dumps({column.name: column.description for column in contract.columns}, ensure_ascii=False),
    }
    out = io.BytesIO()
    table = pa.Table.from_arrays(rows.columns, schema=pa.schema(fields, metadata=about))
    pq.write_table(table, out, compression="zstd", row_group_size=max(1, len(rows)))
    return out.getvalue()


def csv_bytes(rows: pa.Table) -> bytes:
    """The rows as CSV in UTF-8: days as ISO 8601, plain numbers, empty where there is no value."""
    columns = [column.to_pylist() for column in rows.columns]
    return csv_text(rows.column_names, zip(*columns, strict=True)).encode()


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by name, in the order of their names and without times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READABLE, UNIX
            archive.writestr(entry, files[name])
    return out.getvalue()
