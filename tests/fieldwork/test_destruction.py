"""P26, P27: what a withdrawal takes with it, and what goes on without the person."""

from __future__ import annotations

import pytest

from toolkit.errors import FieldworkError, StoreError
from toolkit.fieldwork import Recruitment
from toolkit.fieldwork.destruction import carry_out
from toolkit.fieldwork.withdrawal import Request, standing_of
from toolkit.store import About, NewEvent
from toolkit.store.keys.keyring import Keyring
from toolkit.store.keys.passphrase import SAMPLE, Passphrase
from toolkit.store.keys.wrapping import Cost
from toolkit.store.making import make_home
from toolkit.store.people.identity import open_identities
from toolkit.store.people.person import Person
from toolkit.store.sqlite.search_index import SearchIndex

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
APART = Passphrase(b"another passphrase of tests")
BEGAN, ENDED = "2019-02-19 10:30", "2019-02-19 11:30"


@pytest.fixture
def home(tmp_path):
    """A home with two passphrases, so that the identity keyring stays shut."""
    about = About("parents-and-social-care", fictional=True, created="2019-02-01")
    return make_home(
        tmp_path / "data", about, SAMPLE, identity_passphrase=APART, sample=True, cost=CHEAP
    ).home


@pytest.fixture
def kept(home, local):
    """The research store, with a call of K07, two memos that are shared, and somebody else."""
    store = home.open_research(Keyring.unlock(home.research_keyring, SAMPLE))
    call = {"case": "K07", "session": "K07", "guide": "telephone-interview", "user": "researcher-1"}
    begin = NewEvent("begin", start=local(BEGAN), new_value={"mode": "interview"}, **call)
    end = NewEvent("finish", start=local(ENDED), new_value={"disposition": "complete"}, **call)
    store.append([NewEvent("invite", case="K07", session="fieldwork"), begin, end])
    memos = [NewEvent("memo", case=case, session="coding:coder-1") for case in ("K07+K08", "K08")]
    store.append([*memos, NewEvent("invite", case="K70", session="fieldwork")])
    yield store
    store.close()


@pytest.fixture
def withdraw(home, kept, study, local):
    """Withdraw somebody: ``withdraw("K07", "2019-02-20 09:00")``."""

    def done(case, when, outputs=()):
        standing = standing_of(kept.read(), study, case)
        request = Request("researcher-2", local(when), local(when))
        keyring = Keyring.unlock(home.research_keyring, SAMPLE)
        done = (home, kept, study, standing, request)
        return carry_out(*done, keyring=keyring, outputs=outputs)

    return done


def identities(home):
    return open_identities(home, Keyring.unlock(home.identity_keyring, APART))


def test_everything_of_the_person_goes_and_nothing_of_anybody_else(withdraw, kept):
    done = withdraw("K07", "2019-02-20 09:00")
    assert (done.case, done.events, done.together) == ("K07", 4, ("K07+K08",))
    assert kept.withdrawn() == {"K07", "K07+K08"}
    left = [(each.event, each.case) for each in kept.read()]
    assert left == [
        ("memo", "K08"),
        ("invite", "K70"),
        ("withdrawal", ""),
        ("withdrawn", "K07+K08"),
        ("withdrawn", "K07"),
    ]
    assert kept.verify() == []


def test_the_journal_says_what_may_be_known(withdraw, kept, local):
    pages = [{"page": "03-themes.html", "hash": "ab12"}]
    withdraw("K07", "2019-02-20 09:00", pages)
    (event,) = kept.read(session="fieldwork", case="")
    assert (event.node, event.user, event.change_reason) == ("K07", "researcher-2", "withdrawal")
    assert event.new_value == {
        "strand": "interview",
        "approached": True,
        "moment": "after",
        "asked": "2019-02-20",
        "together": ["K07+K08"],
        "outputs": pages,
    }


def test_who_they_are_goes_without_the_passphrase_of_the_identity_store(withdraw, home):
    """P31: who destroys need not be able to look."""
    people = identities(home)
    known = people.open(reason="recruitment", user="researcher-1", at=1)
    known.enrol("K07", Person("Made-Up, Somebody"), at=1)
    known.enrol("K08", Person("Else, Somebody"), at=1)
    withdraw("K07", "2019-02-20 09:00")
    people.close()
    again = identities(home).open(reason="contact", user="researcher-1", at=2)
    assert again.person("K08") == Person("Else, Somebody")
    with pytest.raises(StoreError, match="STORE-032"):
        again.person("K07")
    assert list(again.pseudonyms()) == ["K08"]
    assert {each.pseudonym for each in again.identifiers()} == {"K08"}
    with pytest.raises(StoreError, match="STORE-033"):
        again.enrol("K07", Person("Third, Somebody"), at=3)


def test_where_the_identity_keyring_is_missing_nothing_is_changed(withdraw, home, kept):
    before = list(kept.read())
    home.identity_keyring.rename(home.keys / "elsewhere")
    with pytest.raises(StoreError, match="STORE-041"):
        withdraw("K07", "2019-02-20 09:00")
    assert list(kept.read()) == before


def test_one_that_was_cut_short_can_be_repeated(withdraw, kept, monkeypatch):
    """The program is killed when the identities are gone and the words are not."""

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kept, "withdraw", killed)
        with pytest.raises(KeyboardInterrupt):
            withdraw("K07", "2019-02-20 09:00")
    assert kept.withdrawn() == set()
    assert withdraw("K07", "2019-02-20 09:00").events == 4


def test_the_index_of_words_goes_and_finds_the_person_no_more(withdraw, kept, home):
    keyring = Keyring.unlock(home.research_keyring, SAMPLE)
    for case in ("K07", "K08"):
        kept.append(
            [NewEvent("answer", "q2", case=case, session=case, new_value={"value": "moss"})]
        )
    index = SearchIndex(home.research, kept, keyring)
    assert {each.case for each in index.search("moss")} == {"K07", "K08"}
    index.close()
    withdraw("K07", "2019-02-20 09:00")
    assert not (home.research / "index.db").exists()
    index = SearchIndex(home.research, kept, keyring)
    assert {each.case for each in index.search("moss")} == {"K08"}
    index.close()


@pytest.mark.parametrize(
    ("when", "full"), [("2019-02-19 18:00", True), ("2019-02-20 00:10", False)]
)
def test_a_call_of_today_fills_its_place_though_it_was_taken_back(
    withdraw, kept, study, local, when, full
):
    """P43: the limit is for the researcher's sake."""
    before = Recruitment(kept, study.limits, "researcher-1")
    before.book("K70", local("2019-02-19 20:00"), "participant", "researcher-1", at=1)
    withdraw("K07", when)
    for desk in (before, Recruitment(kept, study.limits, "researcher-1")):
        wanted = ("K71", local("2019-02-19 21:00"), "participant", "researcher-1")
        if full:
            with pytest.raises(FieldworkError, match="FIELD-010"):
                desk.book(*wanted, at=2)
        else:
            desk.book(*wanted, at=2)


def test_who_withdraws_before_the_call_frees_its_place(withdraw, kept, study, local):
    desk = Recruitment(kept, study.limits, "researcher-1")
    for case, hour in (("K70", 14), ("K71", 16)):
        desk.book(case, local(f"2019-03-05 {hour}:00"), "participant", "researcher-1", at=1)
    withdraw("K70", "2019-02-20 09:00")
    desk.book("K72", local("2019-03-05 18:00"), "participant", "researcher-1", at=2)
    with pytest.raises(FieldworkError, match="FIELD-010"):
        desk.book("K73", local("2019-03-05 19:00"), "participant", "researcher-1", at=3)


def test_nothing_more_is_recorded_of_who_has_withdrawn(withdraw, kept, study):
    desk = Recruitment(kept, study.limits, "researcher-1")
    withdraw("K07", "2019-02-20 09:00")
    before = len(list(kept.read()))
    for act in (
        lambda: desk.attempt("K07", "no-answer", at=1),
        lambda: desk.conclude("K07", "refused", at=1),
        lambda: desk.describe("K07", {"role": "mother"}, at=1),
    ):
        with pytest.raises(FieldworkError, match="FIELD-050 participant K07"):
            act()
    assert len(list(kept.read())) == before


@pytest.fixture
def forum(kept, local):
    """A forum of F1-A and F1-B that is over; each has said something."""
    for seat in ("F1-A", "F1-B"):
        value = {"strand": "forum", "session": "F1"}
        kept.append([NewEvent("attributes", case=seat, session="fieldwork", new_value=value)])
    forum = {"session": "F1", "guide": "parent-forum", "guide_hash": "ab"}
    begin = {"mode": "forum", "seats": ["F1-A", "F1-B"]}
    turns = [NewEvent("turn", case=seat, mono=5, **forum) for seat in ("F1-A", "F1-B")]
    first = NewEvent("begin", case="F1", start=local(BEGAN), new_value=begin, **forum)
    end = NewEvent("finish", case="F1", start=local(ENDED), new_value={}, mono=9, **forum)
    kept.append([first, *turns, end])
    return kept


def test_a_seat_goes_with_its_words_and_the_forum_says_that_it_is_empty(forum, withdraw):
    """P27: asked for during the forum, carried out later."""
    withdraw("F1-A", "2019-02-19 11:00")
    left = [(each.event, each.case) for each in forum.read(session="F1")]
    assert left[:3] == [("begin", "F1"), ("turn", "F1-B"), ("finish", "F1")]
    (note,) = [each for each in forum.read(session="F1") if each.event == "seat-withdrawn"]
    assert (note.case, note.new_value, note.mono) == ("F1", {"seat": "F1-A"}, 9)
    assert (note.guide, note.guide_hash, note.user) == ("parent-forum", "ab", "researcher-2")


def test_a_forum_of_today_fills_no_place_of_a_researcher(forum, withdraw):
    """P43 is about interviews."""
    withdraw("F1-A", "2019-02-19 11:00")
    (event,) = [each for each in forum.read() if each.event == "withdrawal"]
    assert "held_by" not in event.new_value


def test_a_seat_that_was_left_empty_already_is_not_told_twice(forum, withdraw, local):
    left = NewEvent(
        "seat-withdrawn",
        case="F1",
        session="F1",
        start=local("2019-02-19 11:00"),
        new_value={"seat": "F1-A"},
    )
    forum.append([left])
    withdraw("F1-A", "2019-05-01 09:00")
    assert [e.event for e in forum.read(session="F1")].count("seat-withdrawn") == 1
    (event,) = [each for each in forum.read() if each.event == "withdrawal"]
    assert (event.new_value["moment"], event.new_value["asked"]) == ("during", "2019-02-19")
    assert event.new_value["approached"] is False
