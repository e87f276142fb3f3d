// What stands in the middle of the page: a script to say, a question with its probes, a repeated group, or
// the end.

import { asked } from "./asked.js";
import { button, clock, el, say } from "./dom.js";
import { words } from "./fields.js";
import { wording } from "./wordings.js";

/**
 * The view of a station.
 *
 * @param {Call} call
 * @param {string} ref A script, question or group; an ending's id behind the last one.
 * @param {(ref: string) => void} go Leads to another station.
 * @param {() => void} next Leads on.
 * @returns {{element: HTMLElement, sync: () => void, first: () => HTMLElement | null}}
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
  const done = el("p.done", { role: "status" });
  const confirm = button("", () => {
    if (item.confirm && !call.confirmed.has(ref)) call.confirm(ref);
    next();
  }, { class: "main" });
  const element = el("section.script", { "aria-label": "Script to say" },
    el("p.kind", {}, item.confirm ? "Say, and confirm" : "Say", clause(item)), text, instruction, el("p.buttons", {}, confirm), done);
  function sync() {
    say(text, call.words(item.text, ref));
    say(instruction, call.words(item.instruction, ref));
    const said = call.confirmed.has(ref);
    say(confirm, item.confirm && !said ? "Said and understood" : "Go on");
    say(done, said ? "Confirmed" : "");
  }
  return { element, sync, first: () => confirm };
}

function questionView(call, ref, go) {
  const main = asked(call, ref);
  const probes = el("div.probes");
  const gate = el("div.gate");
  const checks = el("div.checks", { "aria-live": "polite" });
  const left = el("div.left", {}, gate, main.element, checks);
  const element = el("section.asking", { "aria-label": `Question ${call.course.name(ref)}` }, left, probes);
  const views = new Map();
  function sync() {
    const missing = call.gate(ref);
    showGate(call, gate, missing, go);
    main.element.disabled = probes.inert = missing.length > 0;
    main.sync();
    const open = call.course.probes(ref).filter((each) => call.open.has(each));
    for (const each of open) if (!views.has(each)) views.set(each, asked(call, each));
    arrange(probes, open.map((each) => views.get(each).element));
    for (const each of open) views.get(each).sync();
    element.classList.toggle("plain", open.length === 0);
    showChecks(call, ref, checks);
  }
  const first = () => main.element.querySelector("textarea, input:checked, input, select");
  return { element, sync, first };
}

function groupView(call, ref, item) {
  const count = el("output", { "aria-live": "polite" });
  const change = (by) => {
    const now = call.answers.get(ref)?.value ?? item.repeat.min ?? 0;
    const value = Math.max(item.repeat.min ?? 0, Math.min(item.repeat.max, now + by));
    call.answer(ref, { value });
  };
  const label = wording(item.repeat.label, call.course.language) || "time";
  const more = button(`One ${label.toLowerCase()} more`, () => change(1), { class: "main" });
  const element = el("section.group", { "aria-label": wording(item.title, call.course.language) || ref },
    el("p.say", {}, wording(item.title, call.course.language) || ref),
    el("p", {}, "How often is this gone through? ", count),
    el("p.buttons", {}, more, button("One less", () => change(-1))));
  const sync = () => say(count, String(call.answers.get(ref)?.value ?? item.repeat.min ?? 0));
  return { element, sync, first: () => more };
}

/** Where the talk ends: what is said in closing, and what still stands against finishing. */
function endingView(call, ref, go) {
  const ending = call.course.endings.get(ref);
  const list = el("ul.against");
  const reason = el("div.why");
  const wrong = el("p.wrong", { role: "alert" });
  const why = el("input", { type: "text", autocomplete: "off", spellcheck: "false", id: "why-length" });
  const finish = button(`Finish the ${call.kind}`, async () => {
    say(wrong, "");
    try {
      await call.finish(why.value.trim() ? { [call.lengthClause]: why.value.trim() } : {});
    } catch ({ faults }) {
      say(wrong, (faults ?? []).map((fault) => `${fault.place}: ${fault.found}. ${fault.remedy}.`).join(" "));
    }
  }, { class: "main" });
  const element = el("section.ending", { "aria-label": `The end of the ${call.kind}` },
    el("p.kind", {}, "Say in closing", clause(ending)), el("p.say"), el("p.instruction"), list, reason, wrong, el("p.buttons", {}, finish));
  function sync() {
    say(element.querySelector(".say"), call.words(ending.text));
    say(element.querySelector(".instruction"), call.words(ending.instruction));
    const { pending, checks } = call.against;
    const rows = [
      ...pending.map((each) => [each, call.course.item(each).script ? "is not confirmed" : "has no answer yet"]),
      ...checks.map((check) => [check.ref, check.message]),
    ];
    const key = JSON.stringify(rows);
    if (list.dataset.key !== key) {
      list.dataset.key = key;
      list.replaceChildren(...rows.map(([each, what]) =>
        el("li", {}, button(call.course.name(call.course.questionOf(each)), () => go(call.course.questionOf(each))), ` ${what}`)));
    }
    finish.disabled = rows.length > 0;
    askWhy(call, ending, reason, why);
  }
  return { element, sync, first: () => finish };
}

/** Ask why it was shorter or longer than planned (P12, P18); the reason goes into the record. */
function askWhy(call, ending, box, why) {
  const plan = call.course.guide.planned_minutes;
  const minutes = Math.round(call.elapsed / 60000);
  const [low, high] = plan?.from ? [plan.from, plan.to] : [(plan ?? 0) * 0.9, (plan ?? Infinity) * 1.1];
  const off = plan && ending.disposition === "complete" && (minutes < low || minutes > high);
  if (box.hidden !== !off || !box.childElementCount) {
    box.replaceChildren(el("label", { for: "why-length" },
      `Planned are ${Math.round(low)} to ${Math.round(high)} minutes. Why was it different?`), why);
    box.hidden = !off;
  }
}

/** After the end: notes and themes, and until when they may withdraw. */
export function afterView(call) {
  const { view, opened } = call;
  const deadline = opened.withdraw_until && new Date(`${opened.withdraw_until}T12:00`).toLocaleDateString("en-GB", {
    weekday: "long", day: "numeric", month: "long", year: "numeric",
  });
  const how = view.phase === "stopped" ? `The ${call.kind} was stopped.` : `The ${call.kind} is finished.`;
  const field = "#write-up";
  const input = words(call, field, { class: "words", id: "write-up" }, () => call.writeUp());
  const state = el("span.state");
  const element = el("section.after", { "aria-label": `After the ${call.kind}` },
    el("p.say", {}, how),
    el("p", {}, `It counts as “${view.disposition}” and took ${clock(call.elapsed)}.`),
    view.kept ? deadline && el("p", {}, `They may withdraw until ${deadline}.`) : el("p", {}, "What was said is to be deleted. Nothing more is written."));
  if (view.kept) element.append(el("label.kind", { for: "write-up" }, "Write up what you heard and the themes you see, while it is fresh (P13)"), input.element, state);
  const sync = () => {
    if (!call.raw.has(field) && !call.drafts.has(field) && document.activeElement !== input.element) input.element.value = view.write_up;
    else input.sync();
    const saved = call.saving.stateOf(field);
    say(state, { saved: "saved", saving: "saving …", refused: "not saved" }[saved] ?? "");
  };
  return { element, sync, first: () => (view.kept ? input.element : null) };
}

export function showGate(call, box, missing, go) {
  const key = missing.join(" ");
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren();
  if (missing.length) {
    box.append(el("p", {}, "First these have to be said: "),
      ...missing.map((each) => button(call.course.name(each), () => go(each))));
  }
}

function showChecks(call, ref, box) {
  const own = call.checks.filter((check) => call.course.questionOf(check.ref) === ref);
  const noted = call.view.notes.some((note) => note[0] && call.course.questionOf(note[0]) === ref);
  const said = own.map((check) => (check.level === "hard" ? check.message : noted ? "" : `${check.message}`)).filter(Boolean);
  const key = said.join("\n");
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...said.map((text) => el("p", {}, text)));
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
