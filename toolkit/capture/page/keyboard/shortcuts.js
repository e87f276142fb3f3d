// Keyboard shortcuts: function keys and Alt work while typing, single letters only where nothing is being typed. No key goes
// further than the page: in a notebook, Jupyter's own commands would take it for theirs.

import { because, REASONS } from "../views/question-view.js";

export const SHEET = [
  ["Ctrl+Enter", "go on to the next that is open"],
  ["Ctrl+Shift+Enter", "go back"],
  ["Tab, Shift+Tab", "from field to field, probes too"],
  ["0 … 9", "choose, where the cursor is on a choice"],
  ["F8, F9, F10", "don't know, refused, not asked: of the field that the cursor is in"],
  ["Alt+G, Alt+B", "go to any question: its number or a word, then Enter; back to where you were"],
  ["Alt+N", "running notes, and back"],
  ["Alt+J", "a note on what the cursor is in"],
  ["Alt+T", "live tag on what the cursor is in: a few letters, then Enter"],
  ["Alt+L", "the next language"],
  ["Alt+Q", "quotation marks with the time, for their own words"],
  ["F2", "safeguarding concern"],
  ["F4", "support line, and what we are not"],
  ["Alt+P", "pause, and go on"],
  ["Alt+I", "in a rehearsal: invent an answer"],
  ["F1", "this sheet; ? where nothing is being typed"],
  ["Esc", "out of a field; then n next, p back, g go to, and a number for its question"],
];

const LETTERS = { "?": "help", g: "find", n: "next", p: "back" };
const CHORDS = {
  KeyB: "return", KeyG: "find", KeyI: "invent", KeyJ: "note", KeyL: "language", KeyN: "notes", KeyP: "pause", KeyQ: "quote",
  KeyT: "tag",
};
const FUNCTIONS = { F1: "help", F2: "concern", F4: "support" };

/**
 * Listen to keys inside an element.
 *
 * @param {HTMLElement} root
 * @param {Call} call
 * @param {object} acts By name: next, back, return, find, out, notes, note, tag, language, pause, quote, help, concern, support, number.
 */
export function listen(root, call, acts) {
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing || event.target.closest("dialog")) return;
    if (act(event, call, acts)) event.preventDefault();
  });
}

function act(event, call, acts) {
  const { key } = event;
  const reason = REASONS.find(([, , name]) => name === key);
  if (reason) return reasonFor(event.target, call, reason[0]);
  if (FUNCTIONS[key]) return run(acts, FUNCTIONS[key]);
  if (event.altKey && !event.ctrlKey && !event.metaKey && CHORDS[event.code]) return run(acts, CHORDS[event.code]);
  if (key === "Enter" && event.ctrlKey) return run(acts, event.shiftKey ? "back" : "next");
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  if (/^[0-9]$/.test(key) && choose(event.target, key)) return true;
  const typing = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  if (key === "Escape" && typing) return run(acts, "out");
  if (typing) return false;
  if (/^[0-9]$/.test(key)) return acts.number(key);
  return LETTERS[key] ? run(acts, LETTERS[key]) : false;
}

function run(acts, name) {
  acts[name]();
  return true;
}

function reasonFor(target, call, missing) {
  const ref = target.closest("[data-ref]")?.dataset.ref ?? call.view.current;
  because(call, ref, missing);
  return true;
}

/** Choose by digit, where the cursor is on one of the choices. */
function choose(target, digit) {
  if (!target.matches("input[type=radio], input[type=checkbox]")) return false;
  const input = target.closest(".choices")?.querySelector(`[data-digit="${digit}"] input`);
  if (!input) return false;
  input.focus();
  input.click();
  return true;
}
