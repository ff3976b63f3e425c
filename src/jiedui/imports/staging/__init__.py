"""Staging: the rows of a list with their outcome, kept until somebody applies them."""
