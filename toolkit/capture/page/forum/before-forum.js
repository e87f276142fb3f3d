// The page before a forum: whose screen it is, who leads, writes and supports, and who sits where.

import { button, el, say } from "../elements/dom.js";
import { isEnter, place } from "../elements/focus.js";
import { partOf, whySaid } from "../views/page-frame.js";
import { notReal } from "../views/rehearsal.js";
import { languageName, t } from "../words/languages.js";

const NAMED = [
  ["facilitator", "Facilitator (clause P09)", "facilitator-1"],
  ["note_taker", "Note taker (clause P09)", "note-taker-1"],
  ["support_worker", "Support worker (clause P10)", "support-worker-1"],
];

/** Ask whose screen this is; resolves with the role. */
export function whoseScreen(root, session) {
  return new Promise((resolve) => {
    const first = button(t("The facilitator’s screen"), () => resolve("facilitator"), { class: "main" });
    const head = el("h1", { tabindex: "-1" }, t("Forum {0}", session));
    root.replaceChildren(el(`${partOf(root)}.before`, {}, head,
      el("p", {}, t("Facilitator and note taker have a screen each. Whose is this?")),
      el("p.buttons", {}, first, button(t("The note taker’s screen"), () => resolve("note-taker"), { class: "main" })),
      el("p", {}, t("The facilitator leads through the questions. Both may write down turns, react and take notes; neither writes over the other."))));
    place(head);
  });
}

/** Name those who are there and begin; resolves when the forum has begun. */
export function seating(root, forum) {
  const { opened } = forum;
  const wrong = el("p.wrong", { role: "alert" });
  const named = NAMED.map(([key, label, example], at) => {
    const value = opened.rehearsal ? `rehearsal-${at + 1}` : null; // who rehearses bears no real role
    const input = el("input", { type: "text", id: `who-${key}`, autocomplete: "off", spellcheck: "false", placeholder: example, value, readonly: Boolean(opened.rehearsal) });
    return { key, input, element: el("p.who", {}, el("label", { for: `who-${key}` }, t(label)), input) };
  });
  const seats = opened.known.map(([seat, consented]) => seatRow(seat, consented));
  const list = el("ul.seat-list", {}, seats.map((each) => each.element));
  const more = el("input", { type: "text", id: "more", autocomplete: "off", spellcheck: "false" });
  const count = el("p.count", { role: "status" });
  const chosen = () => seats.filter((each) => each.input.checked).map((each) => each.seat);
  const head = el("h1", { tabindex: "-1" }, t("Forum {0}", opened.session));
  const goesOn = (event) => isEnter(event) && (event.ctrlKey || event.metaKey);
  const tell = () => say(count, opened.size ? t("Seats: {0}; planned: {1} (clause P15).", chosen().length, opened.size) : t("Seats: {0}.", chosen().length));
  const add = () => {
    const seat = more.value.trim();
    if (!seat || seats.some((each) => each.seat === seat)) return;
    const row = seatRow(seat, true);
    seats.push(row);
    list.append(row.element);
    more.value = "";
    row.input.addEventListener("change", tell);
    tell();
  };
  for (const { input } of seats) input.addEventListener("change", tell);
  more.addEventListener("keydown", (event) => isEnter(event) && (event.preventDefault(), add()));
  return new Promise((resolve) => {
    const begin = button(t("Begin the forum"), async () => {
      say(wrong, "");
      try {
        const who = Object.fromEntries(named.map(({ key, input }) => [key, input.value.trim()]));
        await forum.begin({ ...who, seats: chosen(), language: language.value });
        resolve();
      } catch (fault) {
        say(wrong, whySaid(fault));
      }
    }, { class: "main begin", title: "Ctrl+Enter" });
    const { languages } = forum.course.guide;
    const language = el("select", { id: "language" }, languages.map((each) => el("option", { value: each, lang: each }, languageName(each))));
    root.replaceChildren(el(`${partOf(root)}.before.seating`, { onkeydown: (event) => goesOn(event) && begin.click() }, head,
      el("p", {}, opened.title), notReal(opened, "p") ?? "",
      el("fieldset", {}, el("legend", {}, t("Who is there: role and number, never a name")), named.map((each) => each.element)),
      el("fieldset", {}, el("legend", {}, t("Seats, by pseudonym: who has signed a consent form (clause P25)")), list,
        opened.rehearsal ? "" : el("p.who", {}, el("label", { for: "more" }, t("Another seat")), more, button(t("Add"), add)), count),
      languages.length > 1 ? el("p", {}, el("label", { for: "language" }, t("Language ")), language) : "",
      begin, wrong));
    tell();
    place(opened.rehearsal ? head : named[0].input);
  });
}

function seatRow(seat, consented) {
  const input = el("input", { type: "checkbox", checked: consented, disabled: !consented });
  const element = el("li", {}, el("label.choice", {}, input, el("span", {}, seat)), consented ? null : el("span.none", {}, t(" no consent record, no seat")));
  return { seat, input, element };
}

/** The note taker's screen waits until the facilitator has begun. */
export async function waiting(root, forum, signal) {
  root.replaceChildren(el(`${partOf(root)}.before`, {}, el("h1", {}, t("Forum {0}", forum.opened.session)),
    el("p", { role: "status" }, t("The forum has not begun. This screen goes on by itself as soon as the facilitator has begun it."))));
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    try {
      const opened = await forum.wire.open(forum.client);
      if (opened.view.phase === "not-begun") continue;
      forum.begun(opened);
      return;
    } catch {
      // The server is away for a moment, or we are signed out: the bar says so once the forum has begun.
    }
  }
}
