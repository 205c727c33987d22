"""The hospital's dashboard: period, tiles, charts."""
