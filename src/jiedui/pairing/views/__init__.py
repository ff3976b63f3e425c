"""Doors to pairs, by subject."""
