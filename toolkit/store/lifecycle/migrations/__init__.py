"""The way from each revision of a store's tables to the next, for Alembic.

CONTRIBUTING.md says how a revision is added. Nothing here is imported to open a store.
"""
