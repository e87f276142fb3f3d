// The panel for concerns: the short form that flags one, and who has each (clause P02). The note goes into the journal under the
// participant's key and is shown nowhere else.

import { ask, clock, el, newId, say } from "../elements/dom.js";
import { isEnter } from "../elements/focus.js";
import { keepForm, reopen } from "../elements/form-recovery.js";
import { t } from "../words/languages.js";

// As in toolkit/fieldwork/concern_terms.py.
export const URGENCIES = [["now", "Now: somebody has to act at once"], ["today", "Today: it can wait for an hour or two"]];
export const KINDS = [
  ["unsaid", "I cannot say yet"],
  ["child", "A child may be at risk of significant harm"],
  ["participant", "The participant may be at risk of harm"],
  ["other", "Somebody else may be at risk of harm"],
  ["conduct", "Conduct of somebody who works with families"],
];
const SHORT = {
  unsaid: "kind not said", child: "a child at risk", participant: "the participant at risk", other: "somebody else at risk",
  conduct: "conduct",
};
const OVER = ["finished", "stopped"];

/** The form; Enter alone flags it, for now and without a kind. */
export async function concern(call) {
  if (OVER.includes(call.phase)) {
    await tooLate(call);
    return;
  }
  const [officer, deputy] = call.opened.officers;
  const first = choice(t("How soon?"), "urgency", URGENCIES);
  const second = choice(t("What is it?"), "kind", KINDS);
  const label = newId();
  const hint = newId();
  const area = el("textarea", { id: label, rows: "2", maxlength: "2000", autocomplete: "off", "aria-describedby": hint });
  const form = el("div.concerning", { onkeydown: (event) => enter(event) },
    el("p", {}, [t("It goes to the {0}.", lower(officer ?? t("safeguarding officer"))), deputy ? t("If nobody takes it up in time: to the {0}.", lower(deputy)) : "", t("The {0} goes on.", t(call.kind))].join(" ")),
    el("div.choosing", {}, first, second),
    el("p.more", {}, el("label", { for: label }, t("Note for them, if you have the time"))), area,
    el("p.instruction", { id: hint }, t("No names. It is sealed with what was said, for officer and deputy; no list and no log shows it.")));
  const closed = keepForm(call, "concern", form, () => [picked(first), picked(second), area.value], ([urgency, kind, note]) => {
    pick(first, urgency);
    pick(second, kind);
    area.value = note;
  });
  const told = await ask(t("Safeguarding concern"), [form], [["flag", t("Flag it"), { class: "concern", title: "Enter" }], ["", t("Not now")]],
    area.value ? area : first.querySelector("input:checked"));
  if (told) call.concern(picked(first), picked(second), area.value.trim());
  closed(Boolean(told));
}

/** The form again where it was open when the window died; after the end nothing is left to flag. */
export function concernAgain(call) {
  if (OVER.includes(call.phase)) call.outbox.keep("concern", null).catch(() => {});
  else reopen(call, "concern", () => concern(call));
}

/** After the end nothing can be flagged any more: whom to tell instead. */
function tooLate(call) {
  const [officer, deputy] = call.opened.officers;
  return ask(t("The {0} is over", t(call.kind)), [
    el("p", {}, t("A concern can be flagged in it no more. Tell the {0} yourself, now.", lower(officer ?? t("safeguarding officer")))),
    deputy ? el("p", {}, t("If they cannot be reached at once, tell the {0}.", lower(deputy))) : null,
  ].filter(Boolean), [["", t("Close")]]);
}

function choice(title, name, all) {
  const options = all.map(([value, words], at) => el("label.pick", {}, el("input", { type: "radio", name, value, checked: at === 0 }), ` ${t(words)}`));
  return el("fieldset.pickings", {}, el("legend", {}, title), options);
}

function picked(group) {
  return group.querySelector("input:checked").value;
}

function pick(group, value) {
  for (const each of group.querySelectorAll("input")) each.checked = each.value === value;
}

function enter(event) {
  const sends = isEnter(event) && (event.ctrlKey || event.target.matches("input"));
  if (!sends) return;
  event.preventDefault();
  event.target.closest("dialog").close("flag");
}

/** The button of the bar. After the end it stays where it was, and says why it flags nothing. */
export function concernButton(call, act) {
  const button = el("button.concern", { type: "button", onclick: act, title: t("Safeguarding concern (F2)") }, t("Concern"));
  const sync = () => {
    const over = OVER.includes(call.phase);
    if (over === (button.getAttribute("aria-disabled") === "true")) return;
    button.setAttribute("aria-disabled", String(over));
    // Read out behind the name, and behind "dimmed" or "unavailable".
    button.title = over ? t("The {0} is over, nothing is flagged any more: whom to tell (F2)", t(call.kind)) : t("Safeguarding concern (F2)");
  };
  return { element: button, sync };
}

/** The line that says how it stands with the concerns of a call; its clock is seen, and not read out every second. */
export function concernLine(call) {
  const words = el("span");
  const left = el("span.left", { role: "timer", "aria-live": "off" });
  const element = el("p.notice.lasting", { hidden: true }, words, " ", left);
  const sync = (now = Date.now()) => {
    const told = concernSaid(call, now);
    element.hidden = !told;
    if (!told) return;
    say(words, told.text);
    say(left, told.until ? t("{0} left.", clock(told.until - now)) : "");
  };
  return { element, sync };
}

/** Words, and until when there is time; null where there is no concern. */
export function concernSaid(call, now) {
  const { concerns } = call.view;
  const known = call.opened.care ?? [];
  if (!concerns.length) return null;
  // The server has not answered yet: nothing is claimed, and nobody waits for it.
  if (known.length < concerns.length) {
    return { text: t("Concern flagged; NOT SENT yet. Tell the officer yourself if this stays."), until: 0 };
  }
  const open = known.filter((each) => !each.acknowledged);
  const shown = open.length ? open : known.slice(-1);
  const waits = open.filter((each) => now < each.falls).map((each) => each.falls);
  return { text: shown.map((each) => oneSaid(each, now)).join(" "), until: waits.length ? Math.min(...waits) : 0 };
}

function oneSaid({ id, urgency, kind, since, acknowledged, by, falls, falls_at: at, rota, officer, deputy }, now) {
  // One line at 1280 pixels, so that nothing below it jumps.
  const start = t("Concern {0} ({1}; {2}): sent {3} to the {4}", id, t(urgency), t(SHORT[kind]), since, lower(officer));
  if (acknowledged) return t("{0}; acknowledged {1} by the {2}.", start, acknowledged, t(by));
  const nobody = rota ? "" : t(" (nobody on the rota)");
  if (now >= falls) return t("Concern {0} ({1}; {2}), sent {3}: not acknowledged{4}. The {5} has it since {6}.", id, t(urgency), t(SHORT[kind]), since, nobody, lower(deputy), at);
  return t("{0}{1}; falls to the deputy {2}.", start, nobody, at);
}

function lower(title) {
  return title.toLowerCase();
}
