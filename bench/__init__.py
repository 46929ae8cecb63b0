"""Benchmarks that anyone can rerun: each path of the product beside the floor under it and the loop it replaces."""
