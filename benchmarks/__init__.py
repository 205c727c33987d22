"""Ratios against the limit, measured in a run: ``python -m benchmarks [--quick] [B5 ...]``."""
