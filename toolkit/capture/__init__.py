"""Calls and forums as a state machine: what may happen when, and what it leaves in the journal.

There is no widget and no server in here; a page drives a session by its methods.
"""

from toolkit.capture.clock import Clock, ScriptedClock, SystemClock
from toolkit.capture.session.fold import replay
from toolkit.capture.session.opening import begin_forum, begin_session, resume_forum, resume_session
from toolkit.capture.session.session import Session
from toolkit.capture.session.start import Register
from toolkit.capture.session.state import SessionState

__all__ = [
    "Clock",
    "Register",
    "ScriptedClock",
    "Session",
    "SessionState",
    "SystemClock",
    "begin_forum",
    "begin_session",
    "replay",
    "resume_forum",
    "resume_session",
]
