// The outline: every item with what is done, open, parked or skipped, and a way to go to any of them.

import { button, el, newId, say } from "../elements/dom.js";
import { isEnter } from "../elements/focus.js";
import { chrome, t } from "../words/languages.js";

const SIGNS = { done: "✓", part: "◐", open: "○", passed: "↷", parked: "‖", closed: "–", none: "∅" };
const WORDS = {
  done: "done", part: "begun", open: "open", passed: "passed over, nothing written", parked: "parked: kept, not counted", closed: "does not apply", none: "no answer",
};

/**
 * @param {Call} call
 * @param {(ref: string) => void} go
 */
export function outline(call, go) {
  const list = el("ol.stations");
  const id = newId();
  const search = el("input", {
    type: "search", id, autocomplete: "off", spellcheck: "false", placeholder: t("number or word"),
    oninput: () => sync(),
    onkeydown: (event) => {
      if (isEnter(event)) leave(found()[0]);
      else if (event.key === "Escape") leave(null);
      else return;
      event.preventDefault();
    },
  });
  const element = el("nav.outline", { "aria-label": t("Outline") },
    el("p.find", {}, el("label", { for: id }, t("Go to")), search), list);
  const rows = new Map();
  // Where the list loses height, because notes came, the current station stays in view.
  new ResizeObserver(() => list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" })).observe(list);

  function leave(station) {
    search.value = "";
    if (station) go(station.ref);
    else go(call.view.current);
    sync();
  }

  function found() {
    const wanted = search.value.trim().toLowerCase();
    const all = call.course.stations(call.route);
    const { ending } = call.route;
    if (ending) all.push({ ref: ending, kind: "ending", section: "", open: true });
    if (!wanted) return all;
    const numbered = all.filter((each) => call.course.name(each.ref) === wanted);
    return numbered.length ? numbered : all.filter((each) => titleOf(call, each).text.toLowerCase().includes(wanted));
  }

  function sync() {
    const shown = [];
    let section = "";
    for (const each of found()) {
      if (each.section && each.section !== section) {
        section = each.section;
        shown.push(heading(call, section, rows));
      }
      shown.push(row(call, each, rows, go));
    }
    arrange(list, shown);
  }

  /** Begin to look for a station, as somebody who types its number outside of a field. */
  function seek(digit) {
    search.focus();
    search.value = digit;
    sync();
    return true;
  }
  return { element, sync, search, seek };
}

/** The next station that is open, or the one before; behind the last comes the ending. Null where there is none. */
export function neighbour(call, by) {
  const way = call.course.stations(call.route).filter((each) => each.open).map((each) => each.ref);
  if (call.route.ending) way.push(call.route.ending);
  const at = way.indexOf(call.view.current);
  const to = way[at < 0 ? 0 : Math.max(0, Math.min(way.length - 1, at + by))];
  return to === call.view.current ? null : to ?? null;
}

function heading(call, id, rows) {
  const section = call.course.sections.get(id);
  const key = `section ${id}`;
  if (!rows.has(key)) rows.set(key, el("li.heading", {}, el("span"), el("span.budget")));
  const made = rows.get(key);
  sayIn(made.firstChild, call.course.spoken(section.title));
  const spent = call.course.stations(call.route).filter((each) => each.section === id);
  const minutes = spent.reduce((sum, each) => sum + call.spent(each.ref), 0) / 60;
  const budget = section.minutes;
  say(made.lastChild, budget ? `${Math.round(minutes)}/${budget}′` : "");
  made.lastChild.classList.toggle("over", Boolean(budget) && minutes > budget);
  return made;
}

function row(call, station, rows, go) {
  const { ref } = station;
  if (!rows.has(ref)) {
    const parts = [el("span.sign", { "aria-hidden": "true" }), el("span.name"), el("span.title"), el("span.unseen")];
    rows.set(ref, el("li", {}, el("button", { type: "button", onclick: () => go(ref) }, parts)));
  }
  const made = rows.get(ref);
  const [sign, name, title, unseen] = made.firstChild.children;
  const state = stateOf(call, station);
  say(sign, SIGNS[state]);
  say(name, /^q\d/.test(ref) ? call.course.name(ref) : "");
  sayIn(title, titleOf(call, station));
  say(unseen, `, ${t(WORDS[state])}`);
  made.dataset.state = state;
  if (ref !== call.view.current) made.firstChild.removeAttribute("aria-current");
  else if (!made.firstChild.hasAttribute("aria-current")) {
    made.firstChild.setAttribute("aria-current", "step");
    requestAnimationFrame(() => made.scrollIntoView({ block: "nearest" }));
  }
  return made;
}

/** "done", "part", "open", "passed" (seen, and nothing written), "none" (a reason for no answer), "parked" or "closed". */
export function stateOf(call, { ref, kind, open }) {
  if (kind === "ending") return ["finished", "stopped"].includes(call.phase) ? "done" : "open";
  const probes = kind === "question" ? call.course.probes(ref) : [];
  const said = [ref, ...probes].some((each) => call.answers.has(each));
  if (!open) return said || call.confirmed.has(ref) ? "parked" : "closed";
  if (kind === "script") return call.confirmed.has(ref) ? "done" : "open";
  const answer = call.answers.get(ref);
  if (answer?.missing) return "none";
  const left = probes.filter((each) => call.open.has(each) && !call.isAnswered(each));
  const has = (answer && answer.value !== "") || call.discussed(ref);
  if (has && !left.length) return "done";
  if (said || has || call.text(`${ref}#answer`)) return "part";
  return kind === "question" && call.seconds.has(ref) && ref !== call.view.current ? "passed" : "open";
}

/** A title with the language that it is in. */
function titleOf(call, { ref, kind }) {
  if (kind === "ending") return { text: t("The end"), lang: chrome() };
  const item = call.course.item(ref);
  if (kind === "group") return item.title ? call.course.spoken(item.title) : { text: ref, lang: "" };
  return kind === "script" ? { text: sentence(call.course.name(ref)), lang: "" } : call.spoken(item.text, ref);
}

function sayIn(element, { text, lang }) {
  say(element, text);
  if (element.lang !== lang) element.lang = lang;
}

function arrange(list, rows) {
  for (const old of [...list.children]) if (!rows.includes(old)) old.remove();
  rows.forEach((each, at) => {
    if (list.children[at] !== each) list.insertBefore(each, list.children[at] ?? null);
  });
}

function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}
