"""Matching against the registers: which record a row is, and what it would change."""
