"""Shapes of what is typed about campaigns, own tasks and plans."""
