"""Doors to campaigns: their pages, setting one up, the calendar, plans and brands."""
