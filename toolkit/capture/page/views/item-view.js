// The current item, in the middle of the page: a script to say, a question with its probes, a repeated group,
// or the end.

import { wording } from "../core/wordings.js";
import { button, el, say, speak } from "../elements/dom.js";
import { wordsInView } from "../elements/in-view.js";
import { dated, inEnglish, t } from "../words/languages.js";
import { leftOver } from "./left-over.js";
import { noteField } from "./notes.js";
import { asked } from "./question-view.js";

/**
 * The view of a station.
 *
 * @param {Call} call
 * @param {string} ref A script, question or group; an ending's id behind the last one.
 * @param {(ref: string) => void} go Leads to another station.
 * @param {() => void} next Leads on.
 * @returns {{element: HTMLElement, sync: () => void, first: () => HTMLElement | null}} `first` is where the cursor
 *   begins, never a button; `field`, where there is one, the field for what is typed; `onward` goes on from a script.
 */
export function station(call, ref, go, next) {
  if (call.course.endings.has(ref)) return endingView(call, ref, go);
  const item = call.course.item(ref);
  if (item.script) return scriptView(call, ref, item, next);
  if (item.group) return groupView(call, ref, item);
  return questionView(call, ref, go);
}

function scriptView(call, ref, item, next) {
  const text = el("p.say");
  const instruction = el("p.instruction");
  const until = item.clause === "P26" ? lastDay(call) : "";
  const day = until ? el("p.day", {}, t("The last day, if it ends today: {0}.", until)) : null;
  const done = el("p.done", { role: "status" });
  const unread = () => item.confirm && !call.confirmed.has(ref) && !read.seen();
  function onward() {
    if (unread()) {
      read.show();
      say(done, t("Say it first: it can be confirmed once its words have been in view."));
      return;
    }
    if (item.confirm && !call.confirmed.has(ref)) call.confirm(ref);
    next();
  }
  // The second half of a double click is meant for nothing.
  const confirm = button("", (event) => event.detail < 2 && onward(), { class: "main", title: "Ctrl+Enter" });
  const read = wordsInView(text, () => sync());
  const notes = noteField(call, ref);
  const element = el("section.script", { "aria-label": t("Script to say"), "data-ref": ref, tabindex: "-1" },
    el("p.kind", {}, item.confirm ? t("Say, and confirm") : t("Say"), clause(item)), text, instruction, day,
    el("p.buttons", {}, confirm), el("div.tools", {}, notes.toggle), notes.element, done);
  function sync() {
    speak(text, call.spoken(item.text, ref), call.course.language);
    speak(instruction, call.spoken(item.instruction, ref), call.course.language);
    notes.sync();
    const said = call.confirmed.has(ref);
    say(confirm, item.confirm && !said ? t("Said and understood") : t("Go on"));
    if (said || !unread()) say(done, said ? t("Confirmed") : "");
    confirm.setAttribute("aria-disabled", String(Boolean(unread())));
  }
  return { element, sync, first: () => element, onward };
}

/** The last day on which they may withdraw (clause P26), in words; empty where there is none. */
export function lastDay(call) {
  const until = call.opened.withdraw_until;
  const how = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  return until ? dated(new Date(`${until}T12:00`), how) : "";
}

function questionView(call, ref, go) {
  const main = asked(call, ref);
  const probes = el("div.probes");
  const gate = el("div.gate");
  const checks = el("div.checks", { "aria-live": "polite" });
  const left = el("div.left", {}, gate, main.element, checks);
  const element = el("section.asking", { "aria-label": t("Question {0}", call.course.name(ref)), tabindex: "-1" }, left, probes);
  const views = new Map();
  function sync() {
    const missing = call.gate(ref);
    showGate(call, gate, missing, go);
    main.block(missing.length > 0);
    probes.inert = missing.length > 0;
    main.sync();
    const open = call.course.probes(ref).filter((each) => call.open.has(each));
    for (const each of open) if (!views.has(each)) views.set(each, asked(call, each));
    arrange(probes, open.map((each) => views.get(each).element));
    for (const each of open) views.get(each).sync();
    element.classList.toggle("plain", open.length === 0);
    showChecks(call, ref, checks, main.note);
  }
  const field = () => main.element.querySelector(":scope > .row textarea:not(.other), :scope > .row input[type=text]");
  const first = () => (call.gate(ref).length ? element : main.element.querySelector("input:checked") ?? main.element.querySelector("textarea, input, select"));
  return { element, sync, first, field };
}

function groupView(call, ref, item) {
  const count = el("output", { "aria-live": "polite" });
  const change = (by) => {
    const now = call.answers.get(ref)?.value ?? item.repeat.min ?? 0;
    const value = Math.max(item.repeat.min ?? 0, Math.min(item.repeat.max, now + by));
    call.answer(ref, { value });
  };
  const label = wording(item.repeat.label, call.course.language) || t("time");
  const more = button(t("One {0} more", label.toLowerCase()), () => change(1), { class: "main" });
  const notes = noteField(call, ref);
  const title = el("p.say");
  speak(title, item.title ? call.course.spoken(item.title) : { text: ref, lang: call.course.language }, call.course.language);
  const element = el("section.group", { "aria-label": title.textContent, "data-ref": ref, tabindex: "-1" }, title,
    el("p", {}, t("How often is this gone through? "), count),
    el("p.buttons", {}, more, button(t("One less"), () => change(-1))), el("div.tools", {}, notes.toggle), notes.element);
  const sync = () => {
    say(count, String(call.answers.get(ref)?.value ?? item.repeat.min ?? 0));
    notes.sync();
  };
  return { element, sync, first: () => element };
}

/** Where the talk ends: what is said in closing, and what still stands against finishing. */
function endingView(call, ref, go) {
  const ending = call.course.endings.get(ref);
  const list = el("ul.against");
  const left = leftOver(call, go);
  const reason = el("div.why");
  const wrong = el("p.wrong", { role: "alert" });
  const why = el("input", { type: "text", autocomplete: "off", spellcheck: "false", id: "why-length" });
  const finish = button(t("Finish the {0}", t(call.kind)), async ({ detail }) => {
    if (detail > 1) return; // a double click, begun on what stood there before
    say(wrong, "");
    try {
      await call.finish(why.value.trim() ? { [call.lengthClause]: why.value.trim() } : {});
    } catch ({ faults }) {
      say(wrong, inEnglish((faults ?? []).map((fault) => `${fault.place}: ${fault.found}. ${fault.remedy}.`).join(" ")));
    }
  }, { class: "main" });
  const leads = call.leads ?? true; // of two screens of a forum one finishes it, and the server sees to that
  const elsewhere = leads ? null : el("p.elsewhere", {}, t("The facilitator finishes the forum, on the other screen."));
  const element = el("section.ending", { "aria-label": t("The end of the {0}", t(call.kind)), tabindex: "-1" },
    el("p.kind", {}, t("Say in closing"), clause(ending)), el("p.say"), el("p.instruction"), list, left.element, reason, wrong, elsewhere, el("p.buttons", {}, finish));
  function sync() {
    speak(element.querySelector(".say"), call.spoken(ending.text), call.course.language);
    speak(element.querySelector(".instruction"), call.spoken(ending.instruction), call.course.language);
    const { pending, checks } = call.against;
    const rows = [
      ...pending.map((each) => [each, call.course.item(each).script ? t("is not confirmed") : t("has no answer yet")]),
      ...checks.map((check) => [check.ref, check.message]),
    ];
    const soft = call.checks.filter((check) => check.level === "soft" && !isNoted(call, call.course.questionOf(check.ref)))
      .map((check) => [check.ref, t("{0} Without a note it counts as a deviation.", check.message)]);
    const key = JSON.stringify([rows, soft]);
    if (list.dataset.key !== key) {
      list.dataset.key = key;
      list.replaceChildren(...[...rows, ...soft].map(([each, what]) =>
        el("li", {}, button(call.course.name(call.course.questionOf(each)), () => go(call.course.questionOf(each))), ` ${what}`)));
    }
    left.sync();
    finish.disabled = rows.length > 0;
    finish.hidden = !leads;
    if (leads) askWhy(call, ending, reason, why);
  }
  return { element, sync, first: () => element, finish };
}

/** Ask why it was shorter or longer than planned (clauses P12, P18); the reason goes into the record. */
function askWhy(call, ending, box, why) {
  const plan = call.course.guide.planned_minutes;
  const minutes = Math.round(call.elapsed / 60000);
  const [low, high] = plan?.from ? [plan.from, plan.to] : [(plan ?? 0) * 0.9, (plan ?? Infinity) * 1.1];
  const off = plan && ending.disposition === "complete" && (minutes < low || minutes > high);
  if (box.hidden !== !off || !box.childElementCount) {
    box.replaceChildren(el("label", { for: "why-length" },
      t("Planned are {0} to {1} minutes. Why was it different?", Math.round(low), Math.round(high))), why);
    box.hidden = !off;
  }
}

export function showGate(call, box, missing, go) {
  const key = missing.join(" ");
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren();
  if (missing.length) {
    box.append(el("p", {}, t("First these have to be said: ")),
      ...missing.map((each) => button(call.course.name(each), () => go(each))));
  }
}

/** Say which checks do not hold; a soft one asks for a note, and is quiet once there is one. */
function showChecks(call, ref, box, note) {
  const own = call.checks.filter((check) => call.course.questionOf(check.ref) === ref);
  const said = own.filter((check) => check.level === "hard" || !isNoted(call, ref));
  const key = said.map((check) => check.message).join("\n");
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...said.map(({ level, message }) =>
    el("p", {}, message, level === "soft" ? button(t("Write a note"), note, { title: "Alt+J" }) : null)));
}

function isNoted(call, ref) {
  return call.view.notes.some((note) => note[0] && call.course.questionOf(note[0]) === ref);
}

/** Put elements into a box in order, and touch none that stands right already: the cursor stays. */
function arrange(box, elements) {
  for (const old of [...box.children]) if (!elements.includes(old)) old.remove();
  elements.forEach((element, at) => {
    if (box.children[at] !== element) box.insertBefore(element, box.children[at] ?? null);
  });
}

function clause(item) {
  return item.clause ? el("span.clause", {}, ` ${item.clause}`) : null;
}
