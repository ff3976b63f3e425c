"""Doors of the import: sending a list, putting it right, deciding, applying."""
