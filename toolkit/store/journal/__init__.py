"""The append-only journal: events, seals, chain, projections, attachments."""
