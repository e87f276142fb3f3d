from datetime import UTC, date, datetime

from tests.capture.conftest import set_wall
from toolkit.capture import ScriptedClock, SystemClock
from toolkit.capture.clock import MINUTE


def utc(clock: ScriptedClock) -> str:
    return datetime.fromtimestamp(clock.wall_ms() / 1000, UTC).strftime("%m-%d %H:%M")


def test_a_script_starts_at_a_local_time_on_either_side_of_the_clock_change() -> None:
    assert utc(ScriptedClock(date(2019, 3, 30), "10:00")) == "03-30 10:00"
    assert utc(ScriptedClock(date(2019, 4, 1), "10:00")) == "04-01 09:00"
    assert utc(ScriptedClock(date(2019, 4, 1), "10:00", "America/New_York")) == "04-01 14:00"


def test_time_passes_on_both_clocks_alike() -> None:
    clock = ScriptedClock(date(2019, 2, 5), "10:00")
    clock.advance(90 * MINUTE)
    assert (utc(clock), clock.mono_ms()) == ("02-05 11:30", 90 * MINUTE)


def test_setting_the_wall_clock_back_does_not_undo_the_time_that_has_passed() -> None:
    clock = ScriptedClock(date(2019, 2, 5), "10:00")
    clock.advance(MINUTE)
    set_wall(clock, 0)
    assert (clock.wall_ms(), clock.mono_ms()) == (0, MINUTE)


def test_the_clocks_of_the_machine_count_milliseconds() -> None:
    clock = SystemClock()
    first = clock.mono_ms()
    assert clock.mono_ms() >= first
    assert abs(clock.wall_ms() / 1000 - datetime.now(UTC).timestamp()) < 60
