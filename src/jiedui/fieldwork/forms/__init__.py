"""Forms for what was done: visits of a pair, activities of a group. They check shape only."""
