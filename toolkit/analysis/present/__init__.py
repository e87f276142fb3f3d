"""How tables, figures and named results show themselves, with base and source."""
