"""Doors to pairs that end or pass on, by subject."""
