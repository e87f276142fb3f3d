// Choosing one of many by typing: codes for a tag, questions for a note.

import { t } from "../words/languages.js";
import { ask, el, newId, say } from "./dom.js";
import { isEnter } from "./focus.js";

/**
 * Let somebody choose; resolves with the value, null where it was left.
 *
 * @param {string} title What is chosen.
 * @param {{value: string, name: string, more?: string, lang?: string, on?: boolean, here?: boolean}[]} options In order; `on` is ticked,
 * `here` is where the choice begins.
 * @returns {Promise<string | null>}
 */
export function pick(title, options) {
  const id = newId();
  const count = el("p.unseen", { role: "status" });
  const list = el("ul.options", { role: "listbox", id, "aria-label": title });
  const input = el("input", {
    type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", autofocus: true, placeholder: t("a few letters, ↑ ↓, Enter"),
    "aria-label": title, "aria-controls": id, "aria-expanded": "true", "aria-autocomplete": "list",
  });
  const rows = options.map((option, at) => el("li", { role: "option", id: `${id}-${at}`, "aria-selected": String(Boolean(option.on)) },
    el("span.on", { "aria-hidden": "true" }, option.on ? "✓" : ""), el("span.name", {}, option.name), el("span.more", { lang: option.lang }, option.more ?? "")));
  let shown = options;
  let at = 0;

  return new Promise((resolve) => {
    const chosen = (option) => {
      resolve(option?.value ?? null);
      input.closest("dialog").close();
    };
    rows.forEach((row, number) => row.addEventListener("click", () => chosen(options[number])));
    input.addEventListener("input", () => show(0));
    input.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by) show(Math.max(0, Math.min(shown.length - 1, at + by)));
      else if (isEnter(event)) chosen(shown[at]);
      else return;
      event.preventDefault();
    });
    ask(title, [input, list, count], [["", t("Leave it")]]).then(() => resolve(null));
    show(Math.max(0, options.findIndex((option) => option.here)));
  });

  function show(to) {
    shown = matching(options, input.value);
    at = Math.min(to, Math.max(0, shown.length - 1));
    list.replaceChildren(...shown.map((option) => rows[options.indexOf(option)]));
    rows.forEach((row, number) => row.classList.toggle("here", options[number] === shown[at]));
    say(count, t("{0} of {1}", shown.length, options.length));
    const here = shown.length ? rows[options.indexOf(shown[at])] : null;
    if (here) input.setAttribute("aria-activedescendant", here.id);
    else input.removeAttribute("aria-activedescendant");
    here?.scrollIntoView({ block: "nearest" });
  }
}

/** Those that carry every word: names that begin with it first, in their order otherwise. */
export function matching(options, typed) {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return options;
  const words = wanted.split(/\s+/);
  const found = options.filter((each) => {
    const text = `${each.name} ${each.more ?? ""} ${each.value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const first = found.filter((each) => each.name.toLowerCase().startsWith(wanted));
  return [...first, ...found.filter((each) => !first.includes(each))];
}
