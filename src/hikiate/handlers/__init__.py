"""Where a function service enters: a few lines each."""
