"""The store as encrypted SQLCipher files, and its search index."""
