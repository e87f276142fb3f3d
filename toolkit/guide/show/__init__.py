"""Guides shown to people: text, HTML page, flow diagram, JSON Schema for editors."""
