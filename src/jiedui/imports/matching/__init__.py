"""Matching rows with records of the registers, and the differences between both."""
