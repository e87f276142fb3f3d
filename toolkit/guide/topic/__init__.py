"""The topic guide: its model, conditions, routing program, checks and path coverage."""
