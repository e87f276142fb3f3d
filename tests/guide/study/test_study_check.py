"""A whole study is checked: the worked one, whose report does not add up, and broken copies."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from toolkit.guide import check_study, load_study
from toolkit.guide.study.report import StudyReport
from toolkit.guide.yaml.source import read_yaml

WORKED = Path(__file__).parents[3] / "topic_guides" / "parents-and-social-care"


@pytest.fixture(scope="module")
def report() -> StudyReport:
    return check_study(WORKED)


# The worked study ---------------------------------------------------------------------------

DOES_NOT_ADD_UP = [
    ("STUDY-051", "claim share-of-parents", "the share does not come out as 99%"),
    ("STUDY-053", "claim draw", "every third of 82 is 28 (start 1) or 27 (start 2 or 3)"),
    ("STUDY-054", "claim draw", "20 is a yield of 71.4% (of 28) or 74.1% (of 27)"),
    ("STUDY-057", "retention", "this works only if the report came out in November 2019"),
    ("STUDY-059", "claim withdrawal", "'before, during and up to four weeks after'"),
    ("STUDY-059", "claim recording-of-forums", "'sound and notes'"),
    ("STUDY-060", "claim interview-length", "mean of 60 minutes equals the planned minimum"),
    ("STUDY-062", "claim who-the-sample-is-of", "parents, carers and grandparents"),
    ("STUDY-063", "claim who-was-interviewed", "about few people"),
    ("STUDY-063", "claim who-was-at-the-forums", "about few people"),
    ("STUDY-063", "claim who-was-at-the-forums", "about few people"),
    ("STUDY-063", "claim helped", "about few people"),
]
ADDS_UP = [
    "the sum of the parts is the total",
    "20 + 12 = 32",
    "5 x 15 + 15 = 90 minutes (clause P18)",
]


@pytest.mark.parametrize(("code", "place", "found"), DOES_NOT_ADD_UP)
def test_what_does_not_add_up_in_the_report_is_found_by_computing(
    report: StudyReport, code: str, place: str, found: str
) -> None:
    told = [f for f in report.findings if f.code == code and f.place.startswith(place)]
    assert [each for each in told if found in each.found]


def test_nothing_else_is_found_in_the_worked_study(report: StudyReport) -> None:
    assert len(report.findings) == len(DOES_NOT_ADD_UP)
    assert {each.severity for each in report.findings} == {"warning"}
    assert report.exit_code == 1


@pytest.mark.parametrize("shown", ADDS_UP)
def test_what_does_add_up_is_confirmed(report: StudyReport, shown: str) -> None:
    assert shown in [each.shown for each in report.confirmations]


def test_no_line_tells_a_small_group_or_what_would_give_it_away(report: StudyReport) -> None:
    """P30: 1 father of 20 and 1 grandmother of 12; 19 of 20, 8 and 3 of 12, 31 of 32 lead there."""
    told = [each for each in report.lines() if "claim " in each]
    assert not [
        each for each in told if re.search(r"father|mother|\b(1|3|19|31|11)\b of|96\.9", each)
    ]
    sums = [each for each in told if re.search(r" \+ .* = ", each)]
    assert len(sums) == 1
    assert "20 + 12 = 32" in sums[0]


def test_every_line_leads_to_the_place_in_the_file(report: StudyReport) -> None:
    lines = (WORKED / "study.yaml").read_text(encoding="utf-8").splitlines()
    share = next(each for each in report.findings if each.code == "STUDY-051")
    assert lines[share.line - 1].strip() == 'printed: "99%"'
    whole = [each for each in report.confirmations if each.place.startswith("claim ")]
    assert len(whole) == 9
    for each in whole:
        assert lines[each.line - 1].strip() == f"- claim: {each.place.removeprefix('claim ')}"


def test_the_report_reads_as_lines_and_as_json(report: StudyReport) -> None:
    lines = report.lines()
    assert lines[-1] == "parents-and-social-care 1.0: 12 warnings, 20 confirmations"
    assert len(lines) == 12 + 20 + 1
    plain = json.loads(json.dumps(report.to_json()))
    assert plain["counts"] == {"errors": 0, "warnings": 12, "notes": 0, "confirmations": 20}
    assert plain["findings"][0]["file"].endswith("study.yaml")


# Broken copies ------------------------------------------------------------------------------


FAULTS = read_yaml(Path(__file__).parent / "broken_studies.yaml").data["faults"]


def broken_copy(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy the worked study with one change."""
    shutil.copytree(WORKED, folder, ignore=shutil.ignore_patterns("sample"))
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{e['code']}-{e['said']}" for e in FAULTS])
def test_a_fault_is_told_with_its_line_and_its_remedy(
    tmp_path: Path, fault: dict[str, str]
) -> None:
    folder = broken_copy(tmp_path / "study", fault["in"], fault["old"], fault["new"])
    found = check_study(folder).findings
    told = [each for each in found if each.code == fault["code"] and fault["said"] in str(each)]
    assert len(told) == 1
    file, _, text = fault["at"].partition(": ")
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    assert told[0].file == str(folder / file)
    assert lines[told[0].line - 1].strip().startswith(text)


def test_all_faults_are_told_in_one_go_and_the_protocol_s_come_first(tmp_path: Path) -> None:
    folder = broken_copy(tmp_path / "study", "study.yaml", "[researcher]", "[reseacher]")
    path = folder / "codebook.yaml"
    path.write_text(path.read_text().replace("code: no-reply", "code: delay"), encoding="utf-8")
    report = check_study(folder)
    errors = [Path(each.file).name for each in report.findings if each.severity == "error"]
    assert errors == ["study.yaml", "codebook.yaml"]


def test_a_missing_file_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    folder = broken_copy(tmp_path / "s", "study.yaml", "guide: parent-forum", "guide: forum")
    found = next(each for each in check_study(folder).findings if each.code == "STUDY-002")
    there = "codebook.yaml, consent.yaml, parent-forum.yaml, telephone-interview.yaml"
    assert found.remedy.endswith(f"the folder has: {there}")


def test_faults_of_a_guide_are_counted_and_left_to_the_guide_s_own_check(tmp_path: Path) -> None:
    folder = broken_copy(tmp_path / "s", "study.yaml", "support_line:", "other_line:")
    counted = [each.found for each in check_study(folder).findings if each.code == "STUDY-003"]
    assert counted == [
        "'telephone-interview.yaml' has 5 faults",
        "'parent-forum.yaml' has 2 faults",
    ]


def test_a_codebook_with_a_fault_is_not_confirmed(tmp_path: Path) -> None:
    folder = broken_copy(tmp_path / "s", "codebook.yaml", "code: no-reply", "code: delay")
    files = [Path(each.file).name for each in check_study(folder).confirmations]
    assert "consent.yaml" in files
    assert "codebook.yaml" not in files


OWN_ENDING = "disposition: never-involved"


def test_an_ending_that_counts_as_nothing_known_is_a_fault(tmp_path: Path) -> None:
    folder = broken_copy(
        tmp_path / "study", "telephone-interview.yaml", OWN_ENDING, "disposition: moved-abroad"
    )
    (found,) = [each for each in check_study(folder).findings if each.code == "STUDY-043"]
    assert found.severity == "error"
    assert "'moved-abroad'" in found.found
    assert found.file.endswith("telephone-interview.yaml")
    study = folder / "study.yaml"
    own = "  - {disposition: moved-abroad, label: Moved, counts_as: ineligible}\n"
    told = study.read_text("utf-8").replace("\nuses:", f"\ndispositions:\n{own}uses:", 1)
    study.write_text(told, encoding="utf-8")
    report = check_study(folder)
    assert not [each for each in report.findings if each.severity == "error"]
    known = load_study(folder).known_dispositions["moved-abroad"]
    assert (known.label, known.counts_as, known.took_part) == ("Moved", "ineligible", False)


def test_a_use_that_one_form_lacks_is_told_with_its_strand(tmp_path: Path) -> None:
    """P36."""
    old, new = "use: talks\n", "use: talks\n    strands: [forum]\n"
    folder = broken_copy(tmp_path / "s", "consent.yaml", old, new)
    found = next(each for each in check_study(folder).findings if each.code == "STUDY-032")
    assert found.found == "the consent form of strand interview has no clause for the use 'talks'"


def test_a_guide_with_one_length_is_told_with_one_number(tmp_path: Path) -> None:
    folder = broken_copy(tmp_path / "s", "telephone-interview.yaml", "{from: 60, to: 90}", "80")
    found = next(each for each in check_study(folder).findings if each.code == "STUDY-041")
    assert found.found == "the guide plans 80 minutes, but the strand 60 to 90"


def test_a_folder_without_a_protocol_says_how_to_start_one(tmp_path: Path) -> None:
    report = check_study(tmp_path)
    assert [each.code for each in report.findings] == ["STUDY-001"]
    assert "toolkit study new" in report.findings[0].remedy
    assert report.summary() == "the study: 1 error"


@pytest.mark.parametrize("name", ["nothing-here", "n" * 300, "x.yaml"])
def test_a_path_that_is_not_there_is_a_finding(tmp_path: Path, name: str) -> None:
    assert [each.code for each in check_study(tmp_path / name).findings] == ["YAML-002"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "YAML-011"),
        (b"study: \xff", "YAML-004"),
        (b"PK\x03\x04", "YAML-005"),
        (b"- a list", "FORMAT-003"),
        (b"study: &a x\ntitle: *a", "YAML-008"),
    ],
)
def test_a_file_that_is_no_protocol_is_a_finding(tmp_path: Path, raw: bytes, code: str) -> None:
    (tmp_path / "study.yaml").write_bytes(raw)
    assert code in [each.code for each in check_study(tmp_path).findings]


def test_a_folder_in_the_place_of_a_file_is_a_finding(tmp_path: Path) -> None:
    folder = broken_copy(tmp_path / "s", "study.yaml", "codebook.yaml", "somewhere.yaml")
    (folder / "somewhere.yaml").mkdir()
    assert "YAML-001" in [each.code for each in check_study(folder).findings]
