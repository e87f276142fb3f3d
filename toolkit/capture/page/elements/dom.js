// Building elements of the page. Text is always put in as text: what people type never becomes a tag.

import { markLanguage } from "../words/languages.js";
import { isEditable, isEnter, isPlaced, markPlaced, place } from "./focus.js";

/**
 * Make an element.
 *
 * @param {string} tag "div", or "div.note.big" with classes.
 * @param {object} props Attributes; on... are listeners, false and null are left out.
 * @param {...(Node|string|null)} children
 */
export function el(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  const inside = children.flat().filter((child) => child !== null && child !== undefined);
  made.append(...inside);
  markLanguage(made, [...inside, props.title, props.placeholder, props["aria-label"]]);
  return made;
}

/** Put other children into an element, only where they differ in text: no jumps, no needless reading out. */
export function say(element, text) {
  if (element.textContent === text) return;
  element.textContent = text;
  markLanguage(element, [text]);
}

/** Show a wording in the language that it is in, and mark it where that is not the one that is spoken. */
export function speak(element, { text, lang }, language) {
  say(element, text);
  const other = Boolean(text) && lang !== language;
  if (element.lang !== lang) element.lang = lang;
  if (other) element.dataset.only = lang;
  else delete element.dataset.only;
}

/** An id that is unique on the page. */
export function newId() {
  newId.last = (newId.last ?? 0) + 1;
  return `c${newId.last}`;
}

/** A button. */
export function button(label, onclick, props = {}) {
  return el("button", { type: "button", onclick, ...props }, label);
}

/** Minutes and seconds: 4:05, 1:04:05. */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = parts.map(String);
  const end = `${parts[0] ? minutes.padStart(2, "0") : minutes}:${rest.padStart(2, "0")}`;
  return parts[0] ? `${hours}:${end}` : end;
}

/**
 * Ask something in a dialog; resolves with the value of the button, "" where it was left. The cursor begins in `first`,
 * else on the title: never on a button, which a key that was meant for a field would press.
 */
export function ask(title, body, buttons, first = null) {
  const head = newId();
  const dialog = el("dialog", { "aria-labelledby": head }, el("h2", { id: head, tabindex: "-1" }, title), ...body);
  const row = el("p.buttons");
  dialog.append(row);
  return new Promise((resolve) => {
    for (const [value, label, props] of buttons) {
      const choose = () => {
        dialog.close(value);
        resolve(value); // before the next key, which may be meant for what comes of it
      };
      row.append(button(label, choose, { value, ...props }));
    }
    const before = document.activeElement;
    const was = isPlaced(before);
    const at = isEditable(before) ? [before.selectionStart, before.selectionEnd] : [null, null];
    dialog.addEventListener("close", () => {
      dialog.remove();
      // The browser has given the cursor back already, and somebody may have moved on since. Only where what
      // had it is gone, the page itself has it, so that keys go on working.
      const now = document.activeElement;
      if (now === document.body) place(before?.isConnected && before !== now ? before : ask.root.querySelector(".middle"));
      else if (was && now === before) markPlaced(before);
      // Inside JupyterLab the field has the cursor again, but takes no key before its selection is set anew.
      if (now === before && at[0] !== null) now.setSelectionRange(...at);
      resolve(dialog.returnValue);
    });
    (before?.closest(".call-page") ?? ask.root).append(dialog);
    dialog.showModal();
    // Enter on the title is for what can be taken back: a pause, or leaving what is only to be read.
    dialog.addEventListener("keydown", (event) => {
      if (!isEnter(event) || !event.target.matches("h2")) return;
      event.preventDefault(); // else it goes into the field that the cursor comes back to
      row.querySelector("[data-enter]")?.click();
    });
    place(first ?? dialog.querySelector("[autofocus]") ?? dialog.querySelector("h2"));
  });
}
