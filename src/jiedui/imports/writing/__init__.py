"""Writing a list into the registers, and taking it back."""
