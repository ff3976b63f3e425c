"""Finding the table: headings, blocks and rows of a sheet, and what the sender said of them."""
