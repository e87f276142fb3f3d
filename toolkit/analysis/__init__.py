"""What may be shown: tidy frames, tables, figures and named results of a study.

A notebook has all of it from ``import toolkit``: ``toolkit.tables``, ``toolkit.figures``, ``say``,
``record``. Other rooms open a study on a store that they have open themselves::

    study = open_study(store, study_dir)     # reads only; StudyData, with study.frames.<name>

Tables (each shows itself, with base, source and suppression rule):

==================================  ==============================================================
recruitment.flow(study)             from the list to the interview, stage by stage
recruitment.exclusions(study)       people left out of the frame, by reason (clause P23)
recruitment.draw_replay(study)      the systematic draw done again from its record (clause P24)
recruitment.outcomes(study)         final disposition of everybody drawn, with its AAPOR code
recruitment.rates(study)            response, cooperation, refusal and contact rates with formulas
recruitment.attempts(study)         contact attempts by outcome
recruitment.roles(study)            participants by role and strand, small cells suppressed
answers.closed(study, guide, ref)   one closed question or probe: ``closed(study, guide, "q2")``
answers.all_closed(study, guide)    every closed question of a guide, in its order
answers.opened(study, guide)        open questions: who answered, in how many words
answers.missing(study, guide)       answered, don't know, refused, not asked, skipped, not reached
answers.probes(study, guide)        probes ticked, answered or left out
answers.across(study, refs, ...)    one question of several strands put together
themes.by_strand(study)             themes and codes: participants who said it, by strand
themes.frequencies(study)           codes: participants, sources and segments
themes.cooccurrence(study, unit=)   codes that fall together; unit "source" or "segment"
themes.who_said_it(study)           codes by role, small cells suppressed
themes.agreement(study)             two coders over the doubly coded interviews, by code
themes.disagreements(study)         where the two coders differ, without the words
quality.durations(study)            minutes on the call against plan (clause P12)
quality.guides_used(study)          sessions by guide, version and hash (clause P16)
quality.timings(study, guide)       minutes by question against budget
quality.deviations(study)           what did not go to plan, by clause, with the reason
==================================  ==============================================================

Figures (each shows itself as static SVG with alt text): ``figures.recruitment(study)``,
``figures.answers(study, guide, ref)``, ``figures.durations(study)``,
``figures.cooccurrence(study)``, ``figures.themes(study)``.

Numbers for prose and for the last cell: ``recruitment.numbers(study)``,
``answers.numbers(study)``, ``themes.numbers(study)`` and ``quality.numbers(study)`` give plain
mappings from name to number::

    say("We drew {drawn} of {frame} people.", **recruitment.numbers(study))
    record(**recruitment.numbers(study))
"""

from toolkit.analysis.data.study_data import StudyData
from toolkit.analysis.disclosure import suppress_small
from toolkit.analysis.frames import open_study
from toolkit.analysis.present.results import record, say
from toolkit.analysis.present.table import Table

__all__ = ["StudyData", "Table", "open_study", "record", "say", "suppress_small"]
