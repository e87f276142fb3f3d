// A question or probe on the page: what is asked, its field, the reasons for no answer, its note, its live tags,
// and whether it is saved.

import { typeOf } from "../core/answer-checks.js";
import { button, el, newId, say, speak } from "../elements/dom.js";
import { inEnglish, isTranslated, t } from "../words/languages.js";
import { control } from "./answer-fields.js";
import { canTag, tagging, tagRow } from "./live-tags.js";
import { noteField } from "./notes.js";

export const REASONS = [
  ["dont-know", "Don't know", "F8"],
  ["refused", "Refused", "F9"],
  ["not-asked", "Not asked", "F10"],
];
const STATES = { saved: "saved", saving: "saving …", refused: "not saved", apart: "two versions", "": "" };

/**
 * @param {Call} call
 * @param {string} ref
 * @returns {{element: HTMLElement, sync: () => void, ref: string, note: () => void}} `note` opens its note.
 */
export function asked(call, ref) {
  const item = call.course.item(ref);
  const id = newId();
  const parts = {
    legend: el("legend", {}, el("span.text", { id })),
    instruction: el("p.instruction"),
    wrong: el("p.wrong", { role: "alert" }),
    apart: el("div.apart"),
    state: el("span.state"),
  };
  const tell = (wrong) => say(parts.wrong, wrong ? misfitSaid(wrong) : "");
  const field = control(call, ref, id, tell);
  const reasons = reasonButtons(call, ref, item);
  const notes = noteField(call, ref);
  const tags = tagRow(call, { ref });
  const tag = canTag(call) ? button(t("Tag"), () => tagging(call, { ref }), { class: "reason", title: t("Live tag (Alt+T)") }) : null;
  // Probes have little room: there it stands beside the note, and the key is the quicker way.
  if (item.probe && tag) notes.element.append(el("div.tools", {}, tag));
  const tools = el("div.tools", {}, reasons.map((each) => each.element), item.probe ? null : tag, notes.toggle, tags.element, parts.state);
  const kind = item.probe ? "probe" : "question";
  const element = el(`fieldset.asked.${kind}`, { "data-ref": ref, "data-type": typeOf(item) });
  if (field.beside) parts.legend.prepend(field.element);
  const row = el("div.row", {}, field.beside ? null : field.element, tools);
  element.append(parts.legend, parts.instruction, row, parts.wrong, parts.apart, notes.element);
  function sync() {
    speak(parts.legend.querySelector(".text"), call.spoken(item.text, ref), call.course.language);
    speak(parts.instruction, call.spoken(item.instruction, ref), call.course.language);
    tags.sync();
    field.sync();
    notes.sync();
    for (const each of reasons) each.sync();
    const state = call.saving.stateOf(`${ref}#answer`) || call.saving.stateOf(`${ref}#other`);
    say(parts.state, state === "saving" && call.saving.trouble ? t("not saved yet") : t(STATES[state]));
    parts.state.dataset.state = state;
    element.dataset.missing = call.answers.get(ref)?.missing ?? "";
    showApart(call, `${ref}#answer`, parts.apart);
  }
  /** Close it off, as long as something has to be said first; a note on it can be written all the same. */
  function block(on) {
    if (element.hasAttribute("data-blocked") === on) return;
    element.toggleAttribute("data-blocked", on);
    for (const each of [...row.querySelectorAll("input, textarea, select, button"), ...parts.legend.querySelectorAll("input")]) {
      each.disabled = on && !each.matches(".note-it");
    }
  }
  return { element, sync, ref, note: notes.open, block };
}

/** Record why there is no answer; again takes it back, to what was there before. */
export function because(call, ref, missing) {
  const item = call.course.item(ref);
  if (!item || item.script || item.group) return;
  if (item.probe && missing === "not-asked") missing = "skipped";
  if (call.phase && (call.phase !== "open" || call.gate(ref).length)) return;
  call.handIn(ref); // words that were just typed are an answer, which the reason sets aside
  for (const part of ["answer", "other"]) call.saving?.hold(`${ref}#${part}`);
  const before = call.answers.get(ref);
  if (before?.missing !== missing) {
    call.setAside.set(ref, before);
    call.answer(ref, { missing });
  } else if (call.setAside.get(ref)) {
    call.answer(ref, call.setAside.get(ref));
  } else {
    call.unsay(ref);
  }
}

/** Buttons for the reasons why there is no answer. */
export function reasonButtons(call, ref, item) {
  const known = item.probe ? [...REASONS.slice(0, 2), ["skipped", "Skip", "F10"]] : REASONS;
  return known.map(([missing, label, key]) => {
    const element = button(t(label), () => because(call, ref, missing), {
      class: "reason", title: `${t(label)} (${key})`, "aria-pressed": "false",
    });
    const sync = () => element.setAttribute("aria-pressed", String(call.answers.get(ref)?.missing === missing));
    return { element, sync };
  });
}

/** Two windows wrote here: show the other version, and let somebody choose. */
function showApart(call, field, box) {
  const wanted = call.saving.apart.has(field) || field in call.view.conflicts;
  const other = wanted ? call.other(field) : null;
  const said = other ? saidOf(call, field, other) : "";
  if (box.dataset.said === said) return;
  box.dataset.said = said;
  box.replaceChildren();
  if (!said) return;
  box.append(
    el("p", { role: "alert" }, t("Another window wrote something else here. Both are kept; which one counts?")),
    el("blockquote", {}, said),
    el("p.buttons", {},
      button(t("Keep what stands above"), () => call.choose(field, true)),
      button(t("Take this one"), () => call.choose(field, false))),
  );
}

function saidOf(call, field, answer) {
  const reason = [...REASONS, ["skipped", "Skipped"]].find(([missing]) => missing === answer.missing);
  return reason ? t(reason[1]) : call.course.said(field.split("#")[0], answer) || t("(nothing)");
}

/** What is wrong with an answer, in words; in English where one part of it is not in the catalogue. */
export function misfitSaid({ problem, remedy }) {
  const parts = [problem, remedy].filter(Boolean);
  const said = parts.every(isTranslated) ? parts.map((each) => t(each)) : parts;
  const text = `${said.join(": ")}.`;
  const whole = text[0].toUpperCase() + text.slice(1);
  return said === parts ? inEnglish(whole) : whole;
}
