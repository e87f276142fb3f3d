"""Runs on a Dask cluster, and copies of what was published elsewhere."""
