"""Executing notebooks: papermill engines, forked kernels, the kernel's environment."""
