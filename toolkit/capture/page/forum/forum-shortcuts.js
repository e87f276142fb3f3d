// Keyboard shortcuts of a forum, handled before those of a call: a number is a seat, and three letters are reactions.

import { SHEET as CALL } from "../keyboard/shortcuts.js";

const LETTERS = { a: "agree", d: "disagree", o: "nod" };
const CHORDS = { KeyA: "agree", KeyD: "disagree", KeyO: "nod" };
const NOT_HERE = ["0 … 9", "F8, F9, F10", "Esc", "Alt+I"];

export const SHEET = [
  ["1 … 9", "that seat speaks; while you type Alt+1 … 9: keep the turn, the next one speaks"],
  ["Enter", "keep the turn that is being written; Shift+Enter: a new line"],
  ["A, D, O and a number", "that seat agrees, disagrees, nods; with Alt while you type"],
  ["C", "correct the turn that is chosen, or the last one, with a reason"],
  ["↑ ↓", "choose the turn that is meant; else it is the last one"],
  ...CALL.filter(([keys]) => !NOT_HERE.includes(keys)),
  ["F8, F9, F10", "don't know, refused, not asked: of the choices that the cursor is in"],
  ["Esc", "out of a field: what is typed stays; then the single keys work"],
];

/**
 * Listen to keys inside an element.
 *
 * @param {HTMLElement} root
 * @param {Forum} forum
 * @param {object} acts speak(seat), react(how, seat), arm(how), armed(), correct(), move(by), leave().
 */
export function listenForum(root, forum, acts) {
  root.addEventListener("keydown", (event) => {
    if (event.isComposing || event.target.closest("dialog, .before")) return;
    if (!act(event, forum, acts)) return;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });
}

function act(event, forum, acts) {
  const { key, code, target } = event;
  if (event.ctrlKey || event.metaKey) return false;
  const typing = target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  const seat = forum.view.seats[Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1] ?? 0) - 1];
  if (acts.armed() && key !== "Alt" && key !== "Shift") {
    const how = acts.armed();
    acts.arm("");
    if (!seat) return key === "Escape";
    acts.react(how, seat);
    return true;
  }
  if (event.altKey && CHORDS[code]) return told(() => acts.arm(CHORDS[code]));
  if (event.altKey && seat) return told(() => acts.speak(seat));
  if (event.altKey) return false;
  if (key === "Escape" && target.matches("textarea.turn")) return told(() => acts.leave());
  if (typing || !forum.topic) return false;
  if (seat && !target.matches(".choices input")) return told(() => acts.speak(seat));
  if (key === "c") return told(() => acts.correct());
  if (LETTERS[key]) return told(() => acts.arm(LETTERS[key]));
  if (key === "ArrowUp" || key === "ArrowDown") {
    if (target.matches("input")) return false;
    return told(() => acts.move(key === "ArrowUp" ? -1 : 1));
  }
  return false;
}

function told(act) {
  act();
  return true;
}
