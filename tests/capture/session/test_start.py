from hypothesis import example, given
from hypothesis import strategies as st

from tests.capture.conftest import Desk
from toolkit.capture import Register
from toolkit.capture.session.start import strand_of
from toolkit.store import About, MemoryStore, NewEvent

DAY = 24 * 3_600_000


def test_a_register_reads_only_what_is_new(desk: Desk) -> None:
    register = Register(desk.store)
    desk.call("K01", register=register)
    reads: list[int] = []
    real = desk.store.read

    def counted(**wanted: int) -> object:
        events = list(real(**wanted))
        reads.append(len(events))
        return iter(events)

    desk.store.read = counted
    register.follow()
    register.follow()
    assert reads == [1, 0]
    assert register.begun("K01")
    assert not register.begun("K02")


def test_starts_are_those_around_a_moment(desk: Desk) -> None:
    """P43."""
    register = Register(desk.store)
    desk.call("K01")
    now = desk.clock.wall_ms()
    register.follow()
    assert list(register.starts("researcher-1", now)) == [now]
    assert list(register.starts("researcher-1", now + 72 * 3_600_000)) == []
    assert list(register.starts("researcher-2", now)) == []


@given(moments=st.lists(st.integers(0, 12 * DAY), max_size=12), near=st.integers(0, 12 * DAY))
@example(moments=[2 * DAY, 4 * DAY - 1, 4 * DAY, 6 * DAY - 1, 6 * DAY], near=4 * DAY)
@example(moments=[3 * DAY, 3 * DAY + 1, 5 * DAY, 6 * DAY, 7 * DAY - 1], near=5 * DAY)
def test_starts_around_a_moment_are_all_that_are_less_than_two_days_from_it(
    moments: list[int], near: int
) -> None:
    """P43: whoever looks at few of them has to find the same as whoever looks at all."""
    store = MemoryStore(About("made-up", fictional=True, created="2019-02-01"))
    register = Register(store)
    held = {"mode": "interview"}
    for number, start in enumerate(moments):
        who = {"session": f"K{number}", "case": f"K{number}", "user": "researcher-1"}
        store.append([NewEvent("begin", start=start, new_value=held, **who)])
    register.follow()
    wanted = [each for each in moments if abs(each - near) < 2 * DAY]
    assert sorted(register.starts("researcher-1", near)) == sorted(wanted)


def test_an_interview_that_was_taken_back_counts_on_its_day_and_is_forgotten_after(
    desk: Desk,
) -> None:
    """P26, P43: the same for a register that was there and for one that comes later."""
    early = Register(desk.store)
    for case in ("K01", "K02"):
        desk.call(case)
    early.follow()
    now = desk.clock.wall_ms()
    told = {"approached": True, "held_by": "researcher-1"}
    desk.store.append([NewEvent("withdrawal", node="K01", start=now + 9, new_value=told)])
    for case in ("K01", "K02"):
        desk.store.withdraw(case, user="researcher-1", at=now + 9)
    for register in (early, Register(desk.store)):
        register.follow()
        assert list(register.starts("researcher-1", now)) == [now + 9]


def test_a_guide_belongs_to_the_strand_that_names_it_or_to_one_of_its_kind(desk: Desk) -> None:
    wanted = {"telephone-interview": "interview", "parent-forum": "forum", "small": "interview"}
    found = {name: strand_of(desk.study, guide) for name, guide in desk.guides.items()}
    assert {name: strand.strand for name, strand in found.items() if strand} == wanted
    survey = desk.guides["small"].model_copy(update={"guide": "other", "mode": "survey"})
    assert strand_of(desk.study, survey) is None
