"""Doors to proposals, by subject."""
