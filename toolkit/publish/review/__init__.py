"""The methodology-review pack: what a reviewer needs to trust a study, from its records.

``toolkit.publish.review.pack`` makes it. Each page is a `Section` in ``sections/``; each clause of
the protocol that records can decide is a function in ``rules/``; the items of the reporting
checklists are data in ``checklists/``. Whatever has no records stands there as openly missing.
"""
