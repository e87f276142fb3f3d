// Dialogs and edits that both pages offer at every moment: support, stopping for good, the keys, quotation marks.

import { t } from "../words/languages.js";
import { ask, clock, el } from "./dom.js";

export function support(call) {
  const wanted = [...call.course.items.values()].filter((item) => item.script && ["P04", "P11"].includes(item.clause));
  const line = call.course.facts.support_line;
  return ask(t("Support"), [
    line ? spokenLine(call, "p.say", line) : null,
    ...wanted.map((item) => spokenLine(call, "p", item.text)),
  ].filter(Boolean), [["", t("Back to the {0}", t(call.kind)), { autofocus: true }]]);
}

function spokenLine(call, tag, said) {
  const { text, lang } = call.spoken(said);
  return el(tag, { lang }, text);
}

export async function stop(call) {
  const chosen = await ask(t("Stop the {0} for good", t(call.kind)), [
    el("p", {}, t("Thank them, and ask: may we keep what they have said so far, or shall it be deleted? The choice is theirs (P29).")),
  ], [["keep", t("They want it kept")], ["delete", t("They want it deleted")], ["", t("Do not stop"), { autofocus: true }]]);
  if (chosen) await call.stop(chosen === "keep");
}

/** @param {string[][]} sheet Keys, and what each does. */
export function help(sheet) {
  const rows = sheet.map(([keys, what]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, t(keys))), el("td", {}, t(what))));
  return ask(t("Keys"), [el("table.sheet", {}, el("tbody", {}, rows))], [["", t("Close"), { autofocus: true }]]);
}

/** Put quotation marks around what is chosen, or around the cursor, with the time behind them. */
export function quote(call) {
  const field = document.activeElement;
  if (!field?.matches("textarea")) return;
  const { selectionStart: start, selectionEnd: end, value } = field;
  const chosen = value.slice(start, end);
  field.setRangeText(`“${chosen}” [${clock(call.elapsed)}]`, start, end, "start");
  field.setSelectionRange(start + 1 + chosen.length, start + 1 + chosen.length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
