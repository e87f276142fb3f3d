"""Commands around calls and forums: attempts, concerns, recordings, JupyterLab."""
