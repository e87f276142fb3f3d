"""What decides each clause of the protocol, by subject; a new file is read by itself."""
