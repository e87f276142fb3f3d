"""Reading YAML 1.2 strictly, with line numbers, and checking it against models."""
