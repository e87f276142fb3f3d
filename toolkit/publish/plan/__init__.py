"""Which notebooks have to run again, and why."""
