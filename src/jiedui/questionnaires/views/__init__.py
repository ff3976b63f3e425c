"""Doors to the forms of a campaign, to sheets filled in, and to what came of them."""
