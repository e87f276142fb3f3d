"""Executed notebooks as static HTML pages, and the index page that links them."""
