"""What the server does for the two screens of a forum."""
