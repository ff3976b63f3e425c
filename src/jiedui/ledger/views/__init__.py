"""The pages of gifts, of goods by unit and place, and of funds."""
