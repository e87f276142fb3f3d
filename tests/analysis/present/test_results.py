"""Named results and prose whose figures come from code (P01)."""

import json

import numpy as np
import pytest

from toolkit.analysis.disclosure import Mark
from toolkit.analysis.present.results import RESULTS_MIME, record, say
from toolkit.coding.agreement import Coefficient, cohen_kappa
from toolkit.errors import AnalysisError


def bundle(**named):
    return record(**named)._repr_mimebundle_()[0]


def test_results_are_plain_json_whatever_kind_of_number_came_in():
    values = bundle(
        drawn=np.int64(28),
        mean=np.float64(60.0),
        ok=np.True_,
        hidden=Mark("<3"),
        by_strand={"interview": (1, 2), "forum": None},
        kappa=Coefficient("Cohen's kappa", None, "no variation"),
    )[RESULTS_MIME]
    assert json.loads(json.dumps(values)) == {
        "drawn": 28,
        "mean": 60.0,
        "ok": True,
        "hidden": "<3",
        "by_strand": {"interview": [1, 2], "forum": None},
        "kappa": None,
    }


def test_results_show_a_small_table_for_readers():
    assert '<th scope="row">drawn</th><td>28</td>' in bundle(drawn=28)["text/html"]
    assert bundle(drawn=28)["text/plain"] == "drawn = 28"


def test_results_escape_what_is_text():
    assert "<b>" not in bundle(word="<b>")["text/html"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {"a": float("nan")}])
def test_what_is_no_result_is_refused(value):
    with pytest.raises(AnalysisError, match="ANALYSIS-020"):
        record(result=value)


def test_figures_in_prose_come_from_values():
    prose = say(
        "{drawn} of {frame}, {share:.1f} %, {mean} minutes; {codes}; {kappa}; {none}.",
        drawn=28,
        frame=1082,
        share=np.float64(34.146),
        mean=60.0,
        codes=["delay", "heard", "blamed"],
        kappa=cohen_kappa([[40, 9], [6, 45]]),
        none=None,
    )
    said = "28 of 1,082, 34.1 %, 60 minutes; delay, heard and blamed; 0.70; unknown."
    assert str(prose) == said


def test_words_of_a_study_stay_words_in_markdown():
    prose = say("**Code** {code}", code="[x](javascript:y) <b> _z_")
    assert "**Code** " in prose._repr_markdown_()
    assert "<b>" not in prose._repr_markdown_()
    assert r"\[x\]\(javascript" in prose._repr_markdown_()


def test_an_undefined_coefficient_says_why_in_prose():
    assert "undefined (no unit" in str(say("{kappa}", kappa=cohen_kappa([])))


@pytest.mark.parametrize(
    ("sentence", "code"), [("{missing}", "021"), ("{a.b}", "022"), ("{a[0]}", "022"), ("{}", "022")]
)
def test_a_placeholder_without_a_plain_value_is_refused(sentence, code):
    with pytest.raises(AnalysisError, match=f"ANALYSIS-{code}"):
        say(sentence, a=1)
