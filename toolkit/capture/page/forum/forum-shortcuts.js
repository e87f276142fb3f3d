// Keyboard shortcuts of a forum: a number is a seat, where the row of seats has the cursor, and the arrows choose a turn
// there.

import { COMMANDS } from "../keyboard/commands.js";
import { MAC } from "../keyboard/typing.js";

export const FORUM_COMMANDS = [
  ["seats", "Alt+S", "to the row of seats: a number there is who speaks"],
  ["agree", "Alt+A", "somebody agrees: then the number of the seat"],
  ["disagree", "Alt+D", "somebody disagrees: then the number of the seat"],
  ["nod", "Alt+O", "somebody nods: then the number of the seat"],
  ["correct", "Alt+C", "correct the turn that is chosen, or the last one, with a reason"],
  ["withdraw", "", "somebody withdraws: you are asked twice"],
  ...COMMANDS,
];
export const SEAT_KEYS = [
  ["1 … 9", "that seat speaks, where the cursor is in the row of seats"],
  ["Alt+1 … 9", "while you type: keep the turn, that seat speaks next"],
  ["Enter", "keep the turn that is being written; Shift+Enter: a new line"],
  ["↑ ↓", "in the row of seats: choose the turn that is meant; else it is the last one"],
];

/**
 * A key that is no command.
 *
 * @param {KeyboardEvent} event
 * @param {Forum} forum
 * @param {object} page `acts`, `armed` (a reaction that waits for its seat), `seats.row`.
 * @returns {boolean} Whether it was for this page.
 */
export function forumKey(event, forum, page) {
  const { key, target } = event;
  const inRow = target === page.seats.row;
  const seat = /^[1-9]$/.test(key) ? forum.view.seats[Number(key) - 1] : undefined;
  if (event.ctrlKey || event.metaKey) return false;
  // On the pad of digits, Alt types a letter by its number.
  if (event.altKey) return seat && !MAC && event.location !== KeyboardEvent.DOM_KEY_LOCATION_NUMPAD ? done(event, () => page.acts.speak(seat)) : false;
  if (page.armed && key === "Escape") return done(event, () => page.arm(""));
  if (!inRow) return false;
  if (seat && page.armed) return done(event, () => page.acts.react(page.armed, seat));
  if (seat && forum.phase === "open" && !event.repeat) return done(event, () => page.acts.speak(seat));
  if (key === "ArrowUp" || key === "ArrowDown") return done(event, () => page.acts.move(key === "ArrowUp" ? -1 : 1));
  return false;
}

function done(event, act) {
  event.preventDefault();
  act();
  return true;
}
