"""Forms of pairs, proposals and hand-overs."""
