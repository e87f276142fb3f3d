"""What the server does for the call page; no HTTP in here."""
