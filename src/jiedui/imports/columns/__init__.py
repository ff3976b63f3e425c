"""Columns: what each kind of list may say, declared once for every use."""
