"""Plain Python mathematics: everything comes in as arguments, nothing outside is touched."""
