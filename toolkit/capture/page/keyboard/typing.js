// Typing where no field has the cursor: it goes into a field all the same, so that no letter is a command and none is lost.

import { isEditable, place } from "../elements/focus.js";

/** On a Mac, Option with a letter types: there no command is on it. */
export const MAC = /mac/i.test(navigator.userAgentData?.platform ?? navigator.platform);
// A key that begins a letter: an accent that waits, or the first of a word that is put together (IME).
const BEGINNINGS = new Set(["Dead", "Process", "Unidentified"]);

/** Whether a key types something, in whatever layout it is pressed. */
export function isPrintable(event) {
  const { key, altKey, ctrlKey, metaKey } = event;
  if (metaKey || ([...key].length !== 1 && !BEGINNINGS.has(key))) return false;
  if (event.getModifierState("AltGraph")) return true;
  if (ctrlKey) return altKey && key > "\x7f"; // AltGr, where a system says it so
  return !altKey || MAC || key > "\x7f";
}

/** Bring the cursor into a field, behind what stands there if nobody was in it yet; what is being typed follows. */
export function typeInto(field) {
  if (!field) return;
  const fresh = !field.dataset.entered;
  place(field);
  if (fresh && field.setSelectionRange) field.setSelectionRange(field.value.length, field.value.length);
}

/** Put in what is pasted or dropped where no field has the cursor. */
export function pasteInto(field, text) {
  if (!field || !text) return;
  typeInto(field);
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The last field that somebody typed in, as long as it is there. */
export function lastFieldOf(root, signal) {
  const last = { field: null };
  root.addEventListener("focusin", ({ target }) => {
    if (!isEditable(target) || target.closest("dialog, .find")) return;
    last.field = target;
    target.dataset.entered = "";
  }, { signal });
  return last;
}
