// Dialogs and edits that both pages offer at every moment: support, stopping for good, the keys, quotation marks.

import { ask, clock, el, newId, say } from "../elements/dom.js";
import { inEnglish, t } from "../words/languages.js";

export function support(call) {
  const wanted = [...call.course.items.values()].filter((item) => item.script && ["P04", "P11"].includes(item.clause));
  const line = call.course.facts.support_line;
  return ask(t("Support"), [
    line ? spokenLine(call, "p.say", line) : null,
    ...wanted.map((item) => spokenLine(call, "p", item.text)),
  ].filter(Boolean), [["", t("Back to the {0}", t(call.kind)), { "data-enter": "" }]]);
}

function spokenLine(call, tag, said) {
  const { text, lang } = call.spoken(said);
  return el(tag, { lang }, text);
}

export async function stop(call) {
  const chosen = await ask(t("Stop the {0} for good", t(call.kind)), [
    el("p", {}, t("Thank them, and ask: may we keep what they have said so far, or shall it be deleted? The choice is theirs (clause P29).")),
  ], [["keep", t("They want it kept")], ["delete", t("They want it deleted")], ["", t("Do not stop")]]);
  if (chosen) await call.stop(chosen === "keep");
}

/** Ask before the end, where the list of what is open has been in view. */
export async function finishing(call, ending) {
  if (!ending?.finish || ending.finish.disabled) return;
  const sure = await ask(t("Finish the {0}", t(call.kind)), [el("p", {}, t("What is open, refused or parked is listed on the page behind this."))],
    [["yes", t("Finish")], ["", t("Not yet")]]);
  if (sure) ending.finish.click();
}

/** Take finishing back: why, and what is wrong with it is told in the dialog. */
export async function reopening(call) {
  const id = newId();
  const why = el("input", { id, type: "text", autocomplete: "off", spellcheck: "false" });
  const wrong = el("p.wrong", { role: "alert" });
  const body = [
    el("p", {}, t("The {0} goes on where it was, and is finished again later. Both are in the record, with your reason.", t(call.kind))),
    el("p", {}, el("label", { for: id }, t("Why?")), why), wrong,
  ];
  while (await ask(t("Take finishing back"), body, [["yes", t("Take it back"), { class: "main" }], ["", t("Leave it finished")]], why)) {
    if (!why.value.trim()) say(wrong, t("Say why."));
    else {
      try {
        await call.reopen(why.value.trim());
        return;
      } catch ({ faults }) {
        say(wrong, inEnglish((faults ?? []).map((fault) => `${fault.place}: ${fault.found}. ${fault.remedy}.`).join(" ")));
      }
    }
  }
}

/**
 * The keys, and a way to turn them off.
 *
 * @param {string[][]} sheet Keys, and what each does.
 * @param {() => void} turn Turns the shortcuts off, or on again.
 */
export async function help(sheet, turn) {
  const rows = sheet.map(([keys, what]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, t(keys))), el("td", {}, t(what))));
  if (await ask(t("Keys"), [el("table.sheet", {}, el("tbody", {}, rows))], [["turn", t("Turn shortcuts off or on")], ["", t("Close"), { "data-enter": "" }]])) turn();
}

/** Put quotation marks around what is chosen, or around the cursor, with the time behind them. */
export function quote(call, field = document.activeElement) {
  if (!field?.matches("textarea")) return;
  const { selectionStart: start, selectionEnd: end, value } = field;
  const chosen = value.slice(start, end);
  field.setRangeText(`“${chosen}” [${clock(call.elapsed)}]`, start, end, "start");
  field.setSelectionRange(start + 1 + chosen.length, start + 1 + chosen.length);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
