"""The two databases: engine, tables, one writer, change feed."""
