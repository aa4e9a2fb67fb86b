"""The same models on another engine, with rows equal to DuckDB's: `make test-spark`.

Runs in an environment of its own (`requirements-spark.lock`), so it imports nothing of the pipeline. The pipeline and
its tests import nothing of it but the comparison.
"""
