// The write-up after a call: what was heard, the themes, how it was for the interviewer, and what was said, to be
// read again and corrected with a reason.

import { chooseWriteUp, handInWriteUp, keepPrivate, otherWriteUp } from "../core/annotations.js";
import { button, clock, el, say } from "../elements/dom.js";
import { words } from "../views/answer-fields.js";
import { reopening } from "../views/dialogs.js";
import { lastDay } from "../views/item-view.js";
import { noteList } from "../views/notes.js";
import { t } from "../words/languages.js";
import { answerLine } from "./answer-correction.js";

const STATES = { saved: "saved", saving: "saving …", refused: "not saved", apart: "two versions" };

/** @param {Call} call */
export function afterView(call) {
  const { view } = call;
  const parts = view.kept
    ? [writing(call, "write-up", t("Write up what you heard"), t("While it is fresh (clauses P08, P13)")),
      writing(call, "themes", t("Themes you see"), t("One on a line (clause P13)")), forYou(call)]
    : [];
  const review = view.kept ? reviewOf(call) : null;
  const head = el("p.facts");
  const again = button(t("Take finishing back …"), () => reopening(call));
  const element = el("section.after", { "aria-label": t("After the call") },
    el("p.say", {}, view.phase === "stopped" ? t("The call was stopped.") : t("The call is finished.")), head, el("p.buttons", {}, again),
    el("div.desk", {}, el("div.writing", {}, parts.map((each) => each.element)), review?.element));
  function sync() {
    say(head, factsOf(call));
    again.hidden = !call.mayReopen;
    for (const each of parts) each.sync();
    review?.sync();
  }
  const first = () => parts[0]?.input ?? null;
  return { element, sync, first, field: first };
}

/** What it counts as, and until when they may withdraw. */
export function factsOf(call) {
  const { view } = call;
  const counts = t("It counts as “{0}” and took {1}.", view.disposition, clock(call.elapsed));
  if (!view.kept) return t("{0} What was said is to be deleted. Nothing more is written. {1}", counts, deletedHow(call.opened));
  const deadline = lastDay(call);
  return deadline ? t("{0} They may withdraw until {1}.", counts, deadline) : counts;
}

/** Nothing is gone by itself: the way that leads there. */
function deletedHow({ session, rehearsal }) {
  if (rehearsal) return t("A rehearsal goes when it ends.");
  return t("It is there until this is run on this machine: toolkit participant withdraw {0}", session);
}

/** A text that is written after the end. */
export function writing(call, step, label, hint) {
  const field = `#${step}`;
  const state = el("span.state");
  const input = words(call, field, { class: "words", id: step }, () => handInWriteUp(call, step));
  const element = el("div.part", { "data-step": step }, el("p.head", {}, el("label.kind", { for: step }, label), el("span.hint", {}, hint), state), input.element);
  const apart = el("div.apart");
  element.append(apart);
  function sync() {
    input.sync();
    showOther(call, step, apart);
    say(state, t(STATES[call.saving.stateOf(field)] ?? ""));
  }
  return { element, sync, input: input.element };
}

/** Two windows wrote here: show the other version, and let somebody choose. */
function showOther(call, step, box) {
  const other = otherWriteUp(call, step);
  if (box.dataset.said === (other ?? "")) return;
  box.dataset.said = other ?? "";
  box.replaceChildren(...(other === null ? [] : [
    el("p", { role: "alert" }, t("Another window wrote something else here. Both are kept; which one counts?")),
    el("blockquote", {}, other),
    el("p.buttons", {},
      button(t("Keep what stands above"), () => chooseWriteUp(call, step, call.text(`#${step}`))),
      button(t("Take this one"), () => chooseWriteUp(call, step, other))),
  ]));
}

/** How was this for you: read by nobody else, and no data. */
function forYou(call) {
  const state = el("span.state");
  const input = el("textarea.words", {
    id: "for-you", rows: 1, autocomplete: "off", spellcheck: "false", "data-field": "#private", oninput: () => keepPrivate(call, input.value),
  });
  const element = el("div.part.private", { "data-step": "private" },
    el("p.head", {}, el("label.kind", { for: "for-you" }, t("How was this for you?")), el("span.hint", {}, t("For you alone")), state), input,
    el("p.hint", {}, t("Sealed for you: it is no data, nobody who reads the journal sees the words, and it goes if they withdraw. If it stays with you, take it to supervision, or to somebody today (clause P42).")));
  function sync() {
    if (document.activeElement !== input && input.value !== call.opened.private) input.value = call.opened.private;
    say(state, t(STATES[call.saving.stateOf("#private")] ?? ""));
  }
  return { element, sync, input };
}

/** Everything that was asked, with its answer, its notes, and what it was before. */
function reviewOf(call) {
  const list = el("ul.answers");
  const notes = noteList(call, () => true, { named: true });
  const heading = el("h3", {}, t("Notes"));
  const element = el("div.review", {}, el("h2", {}, t("What was said")), el("p.hint", {}, t("A correction needs a reason; the old answer stays beside it.")),
    list, heading, notes.element);
  const lines = new Map();
  function sync() {
    const refs = call.course.stations(call.route).filter((each) => each.kind === "question").flatMap(({ ref }) => [ref, ...call.course.probes(ref)])
      .filter((ref) => call.open.has(ref) || call.answers.has(ref));
    for (const ref of refs) if (!lines.has(ref)) lines.set(ref, answerLine(call, ref));
    const wanted = refs.map((ref) => lines.get(ref).element);
    for (const old of [...list.children]) if (!wanted.includes(old)) old.remove();
    wanted.forEach((each, at) => list.children[at] !== each && list.insertBefore(each, list.children[at] ?? null));
    for (const ref of refs) lines.get(ref).sync();
    notes.sync();
    heading.hidden = notes.element.hidden;
  }
  return { element, sync };
}
