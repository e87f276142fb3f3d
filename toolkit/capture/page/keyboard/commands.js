// The list of all commands: the key of each, if it has one, and what it does. A key that types something is never one: there are
// function keys, and letters with a modifier, read by the character and not by the place of the key.

import { isEditable } from "../elements/focus.js";
import { MAC } from "./typing.js";

const OFF = "toolkit-shortcuts-off";

export const COMMANDS = [
  ["next", "Ctrl+Enter", "go on; a script whose words were in view is confirmed"],
  ["back", "Ctrl+Shift+Enter", "go back"],
  ["undo", "F7", "undo the last step"],
  ["redo", "Shift+F7", "do again what was undone"],
  ["palette", "F3", "all commands: type what you want, then Enter"],
  ["dont-know", "F8", "don’t know, of the field that the cursor is in"],
  ["refused", "F9", "refused, of the field that the cursor is in"],
  ["not-asked", "F10", "not asked or skipped, of the field that the cursor is in"],
  ["find", "Alt+G", "go to any question: its number or a word, then Enter"],
  ["return", "Alt+B", "back to where you were"],
  ["notes", "Alt+N", "running notes, and back"],
  ["note", "Alt+J", "a note on what the cursor is in"],
  ["tag", "Alt+T", "live tag on what the cursor is in: a few letters, then Enter"],
  ["language", "Alt+L", "the next language"],
  ["quote", "Alt+Q", "quotation marks with the time, for their own words"],
  ["concern", "F2", "safeguarding concern"],
  ["support", "F4", "support line, and what we are not"],
  ["pause", "Alt+P", "pause, and go on"],
  ["stop", "", "stop for good: you are asked first"],
  ["finish", "", "finish: what is open is listed first"],
  ["reopen", "", "take finishing back, with a reason"],
  ["invent", "Alt+I", "in a rehearsal: invent an answer"],
  ["help", "F1", "this sheet"],
  ["shortcuts", "", "shortcuts off, or on again"],
];
const TYPING = [
  ["A … Z, 0 … 9", "type into the field in view; where there is none, into a note on what is in view"],
  ["0 … 9", "choose, where the cursor is on a choice"],
  ["Tab, Shift+Tab", "from field to field, probes too; Space and Enter press what you have reached so"],
  ["Esc", "out of a field, or of a dialog"],
];

/** The sheet of a page's commands that have a key, and how typing goes. */
export function sheetOf(commands, more = []) {
  return [...TYPING, ...more, ...commands.filter(([, keys]) => keys).map(([, keys, what]) => [keys, what])];
}

/** The name of the command that a key is for; empty for none. */
export function commandOf(event, commands) {
  if (shortcutsAreOff()) return "";
  const pressed = keysOf(event);
  if (!pressed) return "";
  if (pressed === "Ctrl+K") return "palette";
  if (pressed === "Ctrl+Z") return isEditable(event.target) ? "" : "undo"; // in a field it is the field's own
  return commands.find(([, keys]) => keys === pressed)?.[0] ?? "";
}

/** How a key is called in the list of commands; empty for one that types, or may. */
function keysOf(event) {
  const { key, altKey, shiftKey } = event;
  const control = event.ctrlKey || event.metaKey;
  if (event.getModifierState("AltGraph") || (control && altKey)) return "";
  const shift = shiftKey ? "Shift+" : "";
  if (/^F\d+$/.test(key)) return control || altKey ? "" : `${shift}${key}`;
  if (control) return key === "Enter" ? `Ctrl+${shift}Enter` : /^[a-z]$/.test(key) && (MAC ? event.metaKey : event.ctrlKey) ? `Ctrl+${key.toUpperCase()}` : "";
  return altKey && !MAC && !shiftKey && /^[a-z]$/i.test(key) ? `Alt+${key.toUpperCase()}` : "";
}

/** Whether somebody turned the shortcuts off, in this browser. */
export function shortcutsAreOff() {
  return localStorage.getItem(OFF) !== null;
}

/** Turn the shortcuts off, or on again; gives whether they are off now. */
export function turnShortcuts() {
  if (shortcutsAreOff()) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
  return shortcutsAreOff();
}
