"""Running the notebooks of a study and rendering what they say: the only importer of papermill.

``toolkit.publish.run.run_study`` does all of it; ``toolkit.publish.notebook`` is what a notebook
itself imports. The package imports neither by itself, so that a notebook does not load papermill.
"""
