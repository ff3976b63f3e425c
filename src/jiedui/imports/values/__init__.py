"""Values: what a cell says, as a day, an amount, a number or a word of a list of codes."""
