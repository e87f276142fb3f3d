"""Two coders compared over the interviews that both took (P14)."""

import pytest

from toolkit.analysis.tables import coders
from toolkit.coding.agreement import cohen_kappa


def test_sample_compares_five_interviews_in_every_open_answer_of_theirs(sample):
    who, lengths, segments = coders.double_coding(sample)
    assert who == ("coder-1", "coder-2")
    sessions = {name.partition("/")[0] for name in lengths}
    assert sessions == {"K03", "K08", "K14", "K20", "K24"}
    of_these = [name for name in sample.sources if name.partition("/")[0] in sessions]
    assert sorted(lengths) == of_these
    assert {segment.coder for segment in segments} == set(who)


def test_every_code_is_in_both_tables_with_counts_that_add_up_to_the_base(sample):
    by_answer, by_character = coders.agreement(sample)
    parts = ["Both", "First only", "Second only", "Neither"]
    for table in (by_answer, by_character):
        single = table.data.iloc[:-1]
        assert len(single) == 30
        assert (single[parts].sum(axis=1) == table.base).all()
        assert table.data.iloc[-1][parts].sum() == 30 * table.base


def test_kappa_of_a_code_is_that_of_its_two_by_two_table(sample):
    data = coders.agreement(sample).tables[0].data.set_index("Code")
    both, first, second, none = data.loc["Delay"].iloc[:4]
    expected = cohen_kappa([[both, first], [second, none]]).value
    assert data.loc["Delay", "Kappa"] == pytest.approx(expected)


def test_a_code_that_neither_coder_used_has_no_kappa(sample):
    data = coders.agreement(sample).tables[0].data.set_index("Code")
    unused = data[(data["Both"] == 0) & (data["First only"] == 0) & (data["Second only"] == 0)]
    assert len(unused)
    assert unused["Kappa"].isna().all()
    assert (unused["Percent alike"] == 100).all()


def test_differences_add_up_to_the_characters_of_one_coder_only(sample):
    table = coders.disagreements(sample)
    total = coders.agreement(sample).tables[1].data.iloc[-1]
    assert table.data["Characters"].sum() == total["First only"] + total["Second only"]
    assert set(table.data["Other coder"]) == {"other bounds", "code not given"}


def test_differences_carry_no_word_that_anybody_said(sample):
    html = coders.disagreements(sample)._repr_html_()
    for name in coders.double_coding(sample)[1]:
        assert sample.sources[name].text[:20] not in html


def test_with_one_coder_there_is_nothing_to_compare(journal):
    study = journal.opened()
    assert len(coders.agreement(study)) == 0
    assert coders.disagreements(study).base == 0
    assert coders.numbers(study)["kappa"] is None
