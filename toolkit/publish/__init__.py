"""Running the notebooks of a study and rendering what they say: the only importer of papermill.

``toolkit.publish.run.run.run_study`` does all of it; a notebook itself imports
``toolkit.publish.notebooks.notebook_study``. The package imports neither by itself, so that a
notebook does not load papermill.
"""
