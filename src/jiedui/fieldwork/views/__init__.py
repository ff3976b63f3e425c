"""The pages of visits and of activities."""
