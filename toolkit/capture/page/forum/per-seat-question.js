// A question or probe that everybody answers for themselves: one row of choices for each seat.

import { choiceIds, typeOf } from "../core/answer-checks.js";
import { wording } from "../core/wordings.js";
import { el, newId, speak } from "../elements/dom.js";
import { asked } from "../views/question-view.js";
import { t } from "../words/languages.js";

const PASS = "refused"; // "you may also pass"

/** @param {Forum} forum @param {string} ref Of the question or probe, without a seat. */
export function eachSeat(forum, ref) {
  const item = forum.course.item(ref);
  const rows = new Map();
  const text = el("legend");
  const box = el("div.each-rows");
  const element = el("fieldset.each", {}, text, box);
  const made = ["single", "yes-no"].includes(typeOf(item)) ? choices : asked;
  function sync() {
    speak(text, forum.spoken(item.text, ref), forum.course.language);
    for (const [seat, row] of rows) {
      if (forum.present.includes(seat)) continue;
      row.element.remove(); // what somebody said who withdrew stays nowhere
      rows.delete(seat);
    }
    for (const seat of forum.present) {
      const one = `${ref}[${seat}]`;
      if (!rows.has(seat)) {
        rows.set(seat, made(forum, one, seat));
        box.append(rows.get(seat).element);
      }
      rows.get(seat).sync();
    }
  }
  return { element, sync };
}

function choices(forum, ref, seat) {
  const item = forum.course.item(ref);
  const name = newId();
  const label = (id) => (typeOf(item) === "yes-no" ? t(id === "yes" ? "Yes" : "No")
    : wording((item.choices ?? []).find((each) => each.id === id)?.label, forum.course.language) || id);
  const ways = [...choiceIds(item).map((id) => [label(id), { value: id }]), [t("Pass"), { missing: PASS }]];
  const inputs = ways.map(([said, answer]) => {
    const input = el("input", { type: "radio", name, onchange: () => forum.answer(ref, answer) });
    return { input, answer, element: el("label.choice", {}, input, el("span", {}, said)) };
  });
  const element = el("div.each-row", { role: "group", "aria-label": seat, "data-ref": ref },
    el("span.seat", {}, seat), inputs.map((each) => each.element));
  function sync() {
    const said = JSON.stringify(forum.answers.get(ref) ?? {});
    for (const { input, answer } of inputs) input.checked = JSON.stringify(answer) === said;
  }
  return { element, sync };
}
