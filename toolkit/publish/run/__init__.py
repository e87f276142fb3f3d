"""A whole run: plan, execute, render, publish, verify."""
