// Correcting an answer after the end: with a reason, while the earlier words stay in view.

import { correct } from "../core/annotations.js";
import { misfit, typeOf } from "../core/answer-checks.js";
import { button, el, newId, say, speak } from "../elements/dom.js";
import { place } from "../elements/focus.js";
import { control, words } from "../views/answer-fields.js";
import { canTag, tagging, tagRow } from "../views/live-tags.js";
import { misfitSaid, REASONS, reasonButtons } from "../views/question-view.js";
import { dated, inEnglish, t } from "../words/languages.js";

const SKIPPED = ["skipped", "Skipped"];

/** An answer in words. */
export function answerSaid(call, ref, answer) {
  if (!answer) return t("no answer");
  const reason = [...REASONS, SKIPPED].find(([missing]) => missing === answer.missing);
  if (reason) return t(reason[1]).toLowerCase();
  if (typeOf(call.course.item(ref)) === "yes-no" || answer.value === true) return t(answer.value === true ? "ticked" : answer.value);
  return call.course.said(ref, answer) || t("(nothing)");
}

/** An answer that is being corrected: looks like a call to the fields, and changes nothing until it is saved. */
class Draft extends EventTarget {
  constructor(call, ref) {
    super();
    Object.assign(this, { call, ref, course: call.course, drafts: new Map(), raw: new Map(), setAside: new Map() });
    this.answers = new Map(call.answers);
    const typed = call.text(`${ref}#edit`); // before a crash
    if (typed) this.raw.set(`${ref}#answer`, typed);
  }

  text(field) {
    const [ref, part] = field.split("#");
    const answer = this.answers.get(ref);
    const value = part === "other" ? answer?.other : this.call.isText(ref) ? answer?.value : "";
    return this.raw.get(field) ?? value ?? "";
  }

  type(field, text) {
    this.raw.set(field, text);
    if (field.endsWith("#answer")) this.call.type(`${this.ref}#edit`, text);
  }

  answer(ref, answer) {
    const wrong = misfit(this.course.item(ref), answer);
    if (wrong) return wrong;
    this.raw.delete(`${ref}#answer`);
    this.answers.set(ref, answer);
    this.dispatchEvent(new Event("change"));
    return null;
  }

  unsay(ref) {
    this.answers.delete(ref);
    this.dispatchEvent(new Event("change"));
  }

  handIn(ref) {
    const typed = this.raw.get(`${ref}#answer`);
    if (typed !== undefined && this.call.isText(ref)) this.answer(ref, { value: typed });
  }
}

/**
 * A line for one answer, with what it was before and a way to correct it.
 *
 * @param {Call} call
 * @param {string} ref A question or probe.
 */
export function answerLine(call, ref) {
  const item = call.course.item(ref);
  const said = el("span.said");
  const asked = el("span.asked-of");
  const history = el("ul.was");
  const tags = tagRow(call, { ref });
  const tag = canTag(call) ? button("#", () => tagging(call, { ref }), { "aria-label": t("Tag this answer"), title: t("Live tag (Alt+T)") }) : null;
  const box = el("div.correcting", { hidden: true });
  const toggle = button(t("Correct"), () => (box.hidden ? open() : close()), { "aria-expanded": "false", "aria-label": t("Correct {0}: {1}", call.course.name(call.course.questionOf(ref)), call.words(item.text, ref)) });
  const element = el(`li.answer${item.probe ? ".probed" : ""}`, { "data-answer": ref, tabindex: "-1" },
    el("p.line", {}, item.probe ? null : el("span.name", {}, call.course.name(ref)), asked, said, el("span.tools", {}, tag, toggle)), tags.element, history, box);

  function open() {
    box.replaceChildren(form(call, ref, close));
    show(true);
    (box.querySelector("input:checked") ?? box.querySelector("textarea, input"))?.focus();
  }
  function close() {
    show(false);
    box.replaceChildren();
    place(element);
  }
  function show(on) {
    box.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
  }
  function sync() {
    speak(asked, call.spoken(item.text, ref), call.course.language);
    say(said, answerSaid(call, ref, call.answers.get(ref)));
    tags.sync();
    const parked = call.answers.has(ref) && !call.open.has(ref);
    said.dataset.state = call.answers.has(ref) ? (parked ? "parked" : "") : "none";
    const was = call.view.corrections.filter((each) => each.ref === ref);
    if (history.childElementCount !== was.length) history.replaceChildren(...was.map((each) => correctionSaid(call, each)));
    const unsaved = call.text(`${ref}#edit`) || call.text(`${ref}#reason`);
    if (unsaved && box.hidden && !element.dataset.seen) open(); // what was typed before a crash
    element.dataset.seen = "1";
  }
  return { element, sync };
}

function correctionSaid(call, { ref, before, after, reason, at }) {
  const when = dated(new Date(at), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return el("li", {}, el("del", {}, answerSaid(call, ref, before)), " → ", el("ins", {}, answerSaid(call, ref, after)),
    t(" ({0}; because: ", when), el("span", {}, reason), ")");
}

function form(call, ref, close) {
  const item = call.course.item(ref);
  const draft = new Draft(call, ref);
  const id = newId();
  const wrong = el("p.wrong", { role: "alert" });
  const tell = (found) => say(wrong, found ? misfitSaid(found) : "");
  const field = control(draft, ref, id, tell);
  const reasons = reasonButtons(draft, ref, item);
  const legend = el("legend", { id });
  speak(legend, call.spoken(item.text, ref), call.course.language);
  const why = words(call, `${ref}#reason`, { class: "note", id: `${id}-why` }, () => {});
  const save = button(t("Save the correction"), async () => {
    draft.handIn(ref);
    const answer = draft.answers.get(ref);
    const reason = why.element.value.trim();
    const nothing = !answer || JSON.stringify(answer) === JSON.stringify(call.answers.get(ref));
    const stuck = draft.raw.has(`${ref}#answer`);
    if (stuck || nothing || !reason) {
      say(wrong, stuck ? wrong.textContent || t("It does not fit.") : nothing ? t("Nothing was changed.") : t("Say why: the old answer stays in the record beside the new one."));
      if (!stuck && !nothing) why.element.focus();
      return;
    }
    save.disabled = true;
    try {
      await correct(call, ref, answer, reason);
      close();
    } catch (fault) {
      save.disabled = false;
      say(wrong, inEnglish((fault.faults ?? []).map((each) => `${each.place}: ${each.found}. ${each.remedy}.`).join(" ")) || t("It could not be saved."));
    }
  }, { class: "main" });
  const sync = () => {
    field.sync();
    for (const each of reasons) each.sync();
  };
  draft.addEventListener("change", sync);
  sync();
  why.sync();
  return el("fieldset.asked", { "data-type": typeOf(item) }, legend, field.element, el("div.tools", {}, reasons.map((each) => each.element)),
    el("p", {}, el("label", { for: `${id}-why` }, t("Why is it changed?")), why.element), wrong,
    el("p.buttons", {}, save, button(t("Leave it as it is"), close)));
}

