"""jiedui (结对): paired-assistance campaigns, from the first list to the last figure."""

__version__ = "0.1.0"
