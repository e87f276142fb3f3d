// Before a call: what was tried so far, the appointment, and an attempt that did not become a call.

import { button, el, newId, say } from "./dom.js";

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
    list.replaceChildren(...known.attempts.map((each) => el("li", {}, el("time", {}, each.at), ` ${each.said}`)));
    list.hidden = !known.attempts.length;
    say(stands, known.booked ? `Appointment: ${known.booked}` : "No appointment.");
    const ended = known.over && `It is on record as “${known.over}”.`;
    say(warn, [ended, known.limit && `${known.limit}; the protocol sees no further one.`].filter(Boolean).join(" "));
    warn.hidden = !warn.textContent;
  }

  async function record(outcome, label, more = {}) {
    say(wrong, "");
    say(told, "");
    try {
      const known = await call.wire.attempt({ outcome, number, ...more });
      form.replaceChildren();
      show(known);
      say(told, `Recorded: ${label.toLowerCase()}.`);
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
      el("option", { value: "participant" }, "the participant"), el("option", { value: "researcher" }, "we"));
    const chosen = needs === "appointment" && el("p", {}, el("label", { for: choice.id }, "Who picked the time? "), choice);
    const keep = () => record(outcome, label, { when: when.value, ...(chosen && { chosen_by: choice.value }) });
    form.replaceChildren(el("p", {}, el("label", { for: when.id }, `${WHEN[needs]} `), when), chosen || "", keepOrNot(keep));
    when.focus();
  }

  function askReason(outcome, label, more) {
    const reason = el("input", { type: "text", id: newId(), autocomplete: "off", spellcheck: "false" });
    form.replaceChildren(el("p", {}, el("label", { for: reason.id }, "Why was it tried once more? "), reason),
      keepOrNot(() => record(outcome, label, { ...more, reason: reason.value })));
    reason.focus();
  }

  function keepOrNot(keep) {
    return el("p.buttons", {}, button("Record it", keep, { class: "main" }), button("Leave it", () => form.replaceChildren()));
  }

  show(before);
  const ways = before.outcomes.map(([id, label, needs]) =>
    button(needs ? `${label} …` : label, () => (needs ? askTime(id, label, needs) : record(id, label))));
  return el("section.contact", { "aria-label": "Before this call" }, el("h2", {}, "Before this call"), stands, list, warn,
    el("p", {}, "If it does not become a call, say what the attempt came to:"), el("p.buttons", {}, ways), form, told, wrong);
}
