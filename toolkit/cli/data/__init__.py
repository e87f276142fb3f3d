"""Commands about a study's data: store, keys, backup, audit, identities, destruction."""
