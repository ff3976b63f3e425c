"""Bulletins as .docx in the layouts of official documents (GB/T 9704—2012, reference R18, R19)."""

from jiedui.reports.documents.build import build, file_name

__all__ = ["build", "file_name"]
