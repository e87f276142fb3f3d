"""Notebooks before they run: graph, parameters, cells, inputs, access to the study."""
