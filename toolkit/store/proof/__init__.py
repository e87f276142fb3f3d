"""What proves a journal to whoever has its keyring, and cannot be made with the database alone."""
