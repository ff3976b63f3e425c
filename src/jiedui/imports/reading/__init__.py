"""Reading a file: sheets of cells from whatever was sent, in a child process with limits."""
