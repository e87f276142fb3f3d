// Keyboard shortcuts: which key does what. No key goes further than the page: in a notebook, Jupyter's own commands
// would take it for theirs.

import { isComposing, isEditable, isPlaced, openField, place, watchFocus } from "../elements/focus.js";
import { because, REASONS } from "../views/question-view.js";
import { commandOf } from "./commands.js";
import { isPrintable, pasteInto, typeInto } from "./typing.js";

const CONTROLS = "button, a[href], select, summary, input[type=radio], input[type=checkbox]";

/**
 * Listen to keys inside an element, and where it is all of the window also to those that reach nothing.
 *
 * @param {HTMLElement} root
 * @param {object} page acts by name, and what the page is to the keys:
 *   `commands`, as in commands.js; `typingField(from)`, the field for what is typed where none has the cursor;
 *   `keyed(event)`, whether the page has taken a key for itself.
 * @param {AbortSignal} signal
 */
export function listen(root, page, signal) {
  watchFocus(root, signal);
  const inside = (event) => {
    event.stopPropagation();
    heard(event, page);
  };
  root.addEventListener("keydown", inside, { signal });
  root.addEventListener("paste", (event) => pasted(event, page), { signal });
  if (root.dataset.part) return; // a part of a window that is somebody else's
  const homeless = (event) => !root.contains(event.target) && event.target.matches?.("body, html");
  document.addEventListener("keydown", (event) => homeless(event) && heard(event, page), { signal });
  document.addEventListener("paste", (event) => homeless(event) && pasted(event, page), { signal });
}

function heard(event, page) {
  const { target } = event;
  if (isComposing(event)) {
    if (!isEditable(target)) typeInto(fieldFor(target, page));
    return;
  }
  const command = target.closest("dialog") ? "" : commandOf(event, page.commands);
  if (command) {
    event.preventDefault();
    // A key that is held down is one decision, not many.
    if (!event.repeat) run(command, target, page);
  } else if (!pressed(event) && !target.closest("dialog") && !page.keyed?.(event)) typed(event, page);
  else if (target.closest("dialog")) inDialog(event, page);
}

/** Carry out a command, as if its key had been pressed with the cursor in `target`. */
export function run(command, target, page) {
  const reason = REASONS.find(([missing]) => missing === command);
  if (reason) because(page.call, target?.closest?.("[data-ref]")?.dataset.ref ?? page.call.view.current, reason[0]);
  else page.acts[command]?.(target);
}

/** Enter and Space on a control that nobody has chosen, or that are held down: they press nothing. */
function pressed(event) {
  const { key, target, repeat } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || !["Enter", " "].includes(key) || !target.matches(CONTROLS)) return false;
  if (!repeat && !isPlaced(target)) return true;
  if (key === "Enter" || repeat) event.preventDefault();
  return key === "Enter" || repeat;
}

function typed(event, page) {
  const { key, target } = event;
  if (isEditable(target)) {
    if (key === "Escape") {
      event.preventDefault();
      page.acts.out();
    }
    return;
  }
  if (/^[0-9]$/.test(key) && isPrintable(event) && choose(target, key)) event.preventDefault();
  else if (isPrintable(event)) typeInto(fieldFor(target, page));
}

function inDialog(event, page) {
  const { key, target } = event;
  const dialog = target.closest("dialog");
  if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (!event.repeat) dialog.querySelector("button.main, button.concern")?.click();
  } else if (isPrintable(event) && !isEditable(target)) {
    if (key !== " " || !target.matches(CONTROLS) || isPlaced(target)) typeInto(fieldFor(target, page));
  }
}

/** Where words go that are typed on `target`: a dialog without a field gives way to them. */
function fieldFor(target, page) {
  const dialog = target.closest?.("dialog");
  const field = dialog && openField(dialog);
  if (field || !dialog) return field || page.typingField(target);
  dialog.close("");
  return page.typingField(document.activeElement);
}

function pasted(event, page) {
  if (isEditable(event.target)) return;
  event.preventDefault();
  pasteInto(fieldFor(event.target, page), event.clipboardData?.getData("text/plain"));
}

/** Choose by digit, where the cursor is on one of the choices. */
function choose(target, digit) {
  if (!target.matches("input[type=radio], input[type=checkbox]")) return false;
  const input = target.closest(".choices")?.querySelector(`[data-digit="${digit}"] input`);
  if (!input) return false;
  place(input);
  input.click();
  return true;
}
