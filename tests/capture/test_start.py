from tests.capture.conftest import Desk
from toolkit.capture import Register
from toolkit.capture.start import strand_of


def test_a_register_reads_only_what_is_new(desk: Desk) -> None:
    register = Register(desk.store)
    desk.call("P01", register=register)
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
    assert register.begun("P01")
    assert not register.begun("P02")


def test_starts_are_those_around_a_moment(desk: Desk) -> None:
    """P43."""
    register = Register(desk.store)
    desk.call("P01")
    now = desk.clock.wall_ms()
    register.follow()
    assert list(register.starts("researcher-1", now)) == [now]
    assert list(register.starts("researcher-1", now + 72 * 3_600_000)) == []
    assert list(register.starts("researcher-2", now)) == []


def test_a_guide_belongs_to_the_strand_that_names_it_or_to_one_of_its_kind(desk: Desk) -> None:
    wanted = {"telephone-interview": "interview", "parent-forum": "forum", "small": "interview"}
    found = {name: strand_of(desk.study, guide) for name, guide in desk.guides.items()}
    assert {name: strand.strand for name, strand in found.items() if strand} == wanted
    survey = desk.guides["small"].model_copy(update={"guide": "other", "mode": "survey"})
    assert strand_of(desk.study, survey) is None
