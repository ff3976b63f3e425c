"""Doors to projects: the board of their states, their list, each of them."""
