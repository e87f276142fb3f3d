"""Topic-guide toolkit: a sensitive qualitative study, from its protocol to its published report.

Importing the package is cheap: each room is imported only when it is used.
"""

from __future__ import annotations

__version__ = "0.1.0"
