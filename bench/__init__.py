"""Benchmarks: one file each; every line compares with a peer of the same run."""
