"""Rehearsals: a store with invented participants, and invented answers for them."""
