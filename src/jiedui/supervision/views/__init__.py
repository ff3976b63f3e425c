"""Doors to issues, measures and the ledger of both."""
