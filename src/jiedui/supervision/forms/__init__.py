"""Shapes of what is typed about issues and measures."""
