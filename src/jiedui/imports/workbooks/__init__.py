"""Workbooks that are sent out: templates, registers, and lists with their mistakes marked."""
