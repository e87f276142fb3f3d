"""A session as a state machine: steps in, events out, and a state folded from the events."""
