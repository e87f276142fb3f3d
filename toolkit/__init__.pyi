# What type checkers and editors know of the names that __init__.py loads when they are used.
from typing import Final

from toolkit.analysis import figures as figures
from toolkit.analysis import tables as tables
from toolkit.analysis.present.results import record as record
from toolkit.analysis.present.results import say as say
from toolkit.analysis.wrap.figures import figure as figure
from toolkit.analysis.wrap.tables import table as table
from toolkit.capture.notebook import call_page as call_page
from toolkit.capture.notebook import forum_page as forum_page
from toolkit.guide import check_guide as check_guide
from toolkit.guide import load_guide as load_guide
from toolkit.publish.notebooks.notebook_study import footer as footer
from toolkit.publish.notebooks.notebook_study import open_study as open_study
from toolkit.publish.run.by_name import run as run

__version__: Final[str]
OFFERED: Final[dict[str, str]]
