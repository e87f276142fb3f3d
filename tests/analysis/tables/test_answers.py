"""Answers by question: every count has its base, every kind of no answer its place (P01)."""

import pytest

from toolkit.analysis.tables import answers
from toolkit.errors import AnalysisError

GUIDE = "telephone-interview"


def rows(table):
    return table.data.to_numpy().tolist()


def two_calls(journal, answered, first, second):
    journal.call("K01", *answered(**first))
    journal.call("K02", *answered(**second))
    return journal.opened()


def test_single_choice_counts_every_choice_in_the_order_of_the_guide(every_type, answered):
    study = two_calls(
        every_type, answered, {"who": "manager"}, {"who": {"value": "other", "other": "Nan"}}
    )
    table = answers.closed(study, GUIDE, "who")
    assert rows(table) == [["A worker", 0, 0.0], ["A manager", 1, 50.0], ["Other", 1, 50.0]]
    assert (table.base, table.base_of) == (2, "participants who answered")


def test_words_given_with_other_are_not_printed(every_type, answered):
    study = two_calls(every_type, answered, {"who": {"value": "other", "other": "Nan Secret"}}, {})
    assert "Nan Secret" not in answers.closed(study, GUIDE, "who")._repr_html_()


def test_multiple_choice_has_participants_as_base_and_may_add_up_to_more(every_type, answered):
    study = two_calls(every_type, answered, {"help": ["talk", "money"]}, {"help": ["talk"]})
    table = answers.closed(study, GUIDE, "help")
    assert rows(table) == [["Talking", 2, 100.0], ["Money", 1, 50.0]]
    assert any("more than 100" in note for note in table.notes)


def test_scale_shows_all_its_values_with_labels_and_the_median(every_type, answered):
    table = answers.closed(two_calls(every_type, answered, {"mood": 2}, {"mood": 5}), GUIDE, "mood")
    assert [row[0] for row in rows(table)] == ["1 (bad)", "2", "3", "4", "5 (good)"]
    assert [row[1] for row in rows(table)] == [0, 1, 0, 0, 1]
    assert "Median 3.5." in table.notes


def test_numbers_and_durations_give_median_and_quartiles_in_their_unit(every_type, answered):
    study = two_calls(
        every_type, answered, {"visits": 2, "wait": "P1W"}, {"visits": 4, "wait": "P3W"}
    )
    assert rows(answers.closed(study, GUIDE, "visits")) == [["In visits", 2, 2.5, 3.0, 3.5]]
    assert rows(answers.closed(study, GUIDE, "wait")) == [["In days", 2, 10.5, 14.0, 17.5]]


def test_dates_are_counted_by_year(every_type, answered):
    study = two_calls(every_type, answered, {"since": "2017-21"}, {"since": "2016"})
    assert rows(answers.closed(study, GUIDE, "since")) == [["2016", 1, 50.0], ["2017", 1, 50.0]]


def test_who_did_not_answer_is_told_by_kind_and_is_not_in_the_base(every_type, answered):
    every_type.call("K01", *answered(mood=3))
    for case, kind in (("K02", "refused"), ("K03", "dont-know"), ("K04", "not-asked")):
        every_type.call(case, *answered(mood={"missing": kind}))
    every_type.call("K05")
    table = answers.closed(every_type.opened(), GUIDE, "mood")
    assert table.base == 1
    told = "Asked of 5; without an answer: don't know 1, refused 1, not asked 1, not reached 1."
    assert table.notes[0] == told


def test_parked_answers_are_told_and_counted_nowhere(every_type, answered):
    put_right = ("edit", "who", {"value": "manager"})
    every_type.call("K01", *answered(who="worker", who__how="She listened."), put_right)
    study = every_type.opened()
    table = answers.missing(study, GUIDE).data.set_index("Ref")
    assert table.loc["who.how", ["Asked of", "Answered", "Parked"]].tolist() == [0, 0, 1]
    assert answers.opened(study, GUIDE).data.set_index("Ref").loc["who.how", "Answered"] == 0
    assert answers.numbers(study)["parked_answers"] == 1


def test_asked_of_is_the_sum_of_all_kinds(sample):
    for guide in sample.guides:
        data = answers.missing(sample, guide).data
        kinds = ["Answered", "Don't know", "Refused", "Not asked", "Skipped", "Not reached"]
        assert (data["Asked of"] == data[kinds].sum(axis=1)).all()


def test_open_questions_of_a_forum_are_answered_by_turns(journal):
    spoken = {"number": 1, "seat": "F1-A", "text": "Four words of talk."}
    journal.forum("F1", ["F1-A"], ("turn", "q1", spoken, 5))
    study = journal.opened()
    table = answers.opened(study, "parent-forum").data.set_index("Ref")
    assert table.loc["q1", ["Asked of", "Answered", "Median words"]].tolist() == [1, 1, 4.0]
    assert table.loc["q2", "Answered"] == 0


def test_probes_tell_ticked_answered_and_skipped(every_type, answered):
    ticked = [("answer", "who.name-known", {"value": True})]
    every_type.call("K01", *answered(who="worker", who__how="Well."), *ticked)
    every_type.call(
        "K02", *answered(who="manager"), ("answer", "who.name-known", {"missing": "skipped"})
    )
    data = answers.probes(every_type.opened(), GUIDE).data.set_index("Ref")
    assert data.loc["who.name-known", ["Open", "Used", "Skipped"]].tolist() == [2, 1, 1]
    assert data.loc["who.how", ["Open", "Used", "Percent used"]].tolist() == [1, 1, 100.0]


def test_four_of_thirty_two_said_that_it_helped(sample):
    refs = {GUIDE: "q5.better-protected", "parent-forum": "q3.protected"}
    table = answers.across(sample, refs, value="yes", title="Better protected")
    assert [row[2:4] for row in rows(table)] == [[3, 20], [1, 12], [4, 32]]
    assert (table.base, table.base_of) == (32, "participants")


def test_all_closed_questions_come_in_the_order_of_the_guide(sample):
    tables = answers.all_closed(sample, GUIDE)
    titles = [table.title.partition(". ")[0] for table in tables]
    assert titles[:4] == ["recording", "q1.who", "q1.when", "q2"]
    assert all(table.base <= 22 for table in tables)


@pytest.mark.parametrize(
    ("guide", "ref", "code"),
    [("survey", "q1", "002"), (GUIDE, "q99", "003"), (GUIDE, "q1", "004"), (GUIDE, "role", "003")],
)
def test_what_has_no_table_is_refused_with_what_there_is(sample, guide, ref, code):
    with pytest.raises(AnalysisError, match=f"ANALYSIS-{code}"):
        answers.closed(sample, guide, ref)
