"""Who may be asked, and may we: eligibility, draw, recruitment, consent, dispositions and limits.

Pure functions over plain values and events; what happened is appended to the store as events of
the session ``fieldwork``.
"""

from __future__ import annotations

from toolkit.fieldwork.consent import ConsentRecord, consent_of, record_consent
from toolkit.fieldwork.draw import Draw, draw, replay
from toolkit.fieldwork.eligibility import Exclusion, apply_rules
from toolkit.fieldwork.limits import check_daily_limit, may_withdraw, withdrawal_deadline
from toolkit.fieldwork.recruitment import Recruitment
from toolkit.guide.study.dispositions import DISPOSITIONS, Disposition

__all__ = [
    "DISPOSITIONS",
    "ConsentRecord",
    "Disposition",
    "Draw",
    "Exclusion",
    "Recruitment",
    "apply_rules",
    "check_daily_limit",
    "consent_of",
    "draw",
    "may_withdraw",
    "record_consent",
    "replay",
    "withdrawal_deadline",
]
