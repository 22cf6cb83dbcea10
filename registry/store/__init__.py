"""The only SQL of the registry: one module for each group of tables of `schema.sql`.

Functions take a `sqlite_utils.Database` and plain values. Those that write are called inside `Writer.run`, those
that read also inside `Store.read`; neither begins, commits or rolls back a transaction.
"""
