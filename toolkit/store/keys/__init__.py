"""Keys and passphrases: how they are derived, wrapped and kept."""
