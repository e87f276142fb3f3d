// The page before a call: earlier attempts, the appointment, and a new attempt that did not become a call.

import { button, el, newId, say } from "../elements/dom.js";
import { inEnglish, t } from "../words/languages.js";

const WHEN = { "call-back": "When shall we ring again?", appointment: "When is the interview?" };

/**
 * @param {Call} call A call that has not begun.
 * @param {(fault: Error) => string} why Says why something was refused.
 * @returns {HTMLElement}
 */
export function beforeView(call, why) {
  const { before } = call.opened;
  if (!before) return el("div");
  const list = el("ol.tried");
  const stands = el("p.stands");
  const warn = el("p.warns");
  const told = el("p.done", { role: "status" });
  const wrong = el("p.wrong", { role: "alert" });
  const form = el("div.asking-more");
  let number = 0;

  function show(known) {
    number = known.attempts.length + 1;
    list.replaceChildren(...known.attempts.map((each) => el("li", {}, el("time", {}, each.at), inEnglish(` ${each.said}`))));
    list.hidden = !known.attempts.length;
    say(stands, known.booked ? t("Appointment: {0}", known.booked) : t("No appointment."));
    const ended = known.over && t("It is on record as “{0}”.", known.over);
    say(warn, [ended, known.limit && t("{0}; the protocol sees no further one.", known.limit)].filter(Boolean).join(" "));
    warn.hidden = !warn.textContent;
  }

  async function record(outcome, label, more = {}) {
    say(wrong, "");
    say(told, "");
    try {
      const known = await call.wire.attempt({ outcome, number, ...more });
      form.replaceChildren();
      call.opened.before = known;
      show(known);
      say(told, t("Recorded: {0}.", label.toLowerCase()));
    } catch (fault) {
      say(wrong, why(fault));
      if (fault.faults?.some((each) => each.code === "FIELD-035")) askReason(outcome, label, more);
    }
  }

  function askTime(outcome, label, needs) {
    say(wrong, "");
    say(told, "");
    const when = el("input", { type: "datetime-local", id: newId(), required: true });
    const choice = el("select", { id: newId() },
      el("option", { value: "participant" }, t("the participant")), el("option", { value: "researcher" }, t("we")));
    const chosen = needs === "appointment" && el("p", {}, el("label", { for: choice.id }, t("Who picked the time? ")), choice);
    const keep = () => record(outcome, label, { when: when.value, ...(chosen && { chosen_by: choice.value }) });
    form.replaceChildren(el("p", {}, el("label", { for: when.id }, `${t(WHEN[needs])} `), when), chosen || "", keepOrNot(keep));
    when.focus();
  }

  function askReason(outcome, label, more) {
    const reason = el("input", { type: "text", id: newId(), autocomplete: "off", spellcheck: "false" });
    form.replaceChildren(el("p", {}, el("label", { for: reason.id }, t("Why was it tried once more? ")), reason),
      keepOrNot(() => record(outcome, label, { ...more, reason: reason.value })));
    reason.focus();
  }

  function keepOrNot(keep) {
    return el("p.buttons", {}, button(t("Record it"), keep, { class: "main" }), button(t("Leave it"), () => form.replaceChildren()));
  }

  show(before);
  const ways = before.outcomes.map(([id, label, needs]) =>
    button(inEnglish(needs ? `${label} …` : label), () => (needs ? askTime(id, label, needs) : record(id, label))));
  return el("section.contact", { "aria-label": t("Before this call") }, el("h2", {}, t("Before this call")), stands, list, warn,
    el("p", {}, t("If it does not become a call, say what the attempt came to:")), el("p.buttons", {}, ways), form, told, wrong);
}
