// Correcting a turn that was kept: with a reason, while the earlier words stay in view.

import { ask, el, newId, say } from "../elements/dom.js";
import { keepForm } from "../elements/form-recovery.js";
import { t } from "../words/languages.js";

/** Ask for the words and the reason; what is wrong is told in the dialog, and what was typed stays. */
export async function correctTurn(forum, turn) {
  if (!turn || turn.withdrawn) return;
  const [first, second] = [newId(), newId()];
  const props = { autocomplete: "off", spellcheck: "false" };
  const area = el("textarea", { id: first, rows: 4, ...props });
  const why = el("input", { id: second, type: "text", ...props });
  const wrong = el("p.wrong", { role: "alert" });
  area.value = turn.text;
  const body = el("div.correcting-turn", {}, el("p", {}, el("label", { for: first }, t("The words")), area),
    el("p", {}, el("label", { for: second }, t("Why is it changed?")), why), wrong);
  const closed = keepForm(forum, "turn", body, () => ({ of: turn.name, was: turn.text, words: area.value, reason: why.value }), (before) => {
    // Where nothing was typed, the other screen may have corrected it since.
    const typed = before.words !== before.was || before.reason;
    if (before.of === turn.name && typed) [area.value, why.value] = [before.words, before.reason];
  });
  // Somebody who withdraws on the other screen takes the words along that stand in this dialog.
  const gone = () => {
    if (!forum.view.withdrawn.includes(turn.seat)) return;
    area.value = why.value = "";
    body.closest("dialog")?.close("");
  };
  forum.addEventListener("change", gone);
  const buttons = [["save", t("Save the correction"), { class: "main", title: "Ctrl+Enter" }], ["", t("Leave it as it is")]];
  let at = area;
  while (await ask(t("Correct the turn of {0}", turn.seat), [body], buttons, at)) {
    at = area.value.trim() && area.value !== turn.text ? why : area;
    if (at === area) say(wrong, t("Nothing was changed."));
    else if (!why.value.trim()) say(wrong, t("Say why: the old words stay in the record beside the new ones."));
    else {
      // What the server finds against it, the page tells with all else that it refuses.
      closed(await forum.correctTurn(turn, area.value, why.value.trim()).then(() => true, () => false));
      forum.removeEventListener("change", gone);
      return;
    }
  }
  forum.removeEventListener("change", gone);
  closed(forum.view.withdrawn.includes(turn.seat)); // then nothing of it is kept in this browser either
}

/** What stood there before, and why it was changed. */
export function turnHistory(turn) {
  return (turn.before ?? []).map(([words, reason]) => el("p", {}, el("del", {}, words), t(" (because: "), el("span", {}, reason), ")"));
}
