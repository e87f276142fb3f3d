// The bar at the top: which call it is, the clocks, what is saved, and what must be at hand at every moment.

import { button, clock, el, say } from "../elements/dom.js";
import { dated, languageName, t } from "../words/languages.js";
import { concernButton, concernLine } from "./concern-panel.js";
import { notReal } from "./rehearsal.js";

const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit" };

/**
 * @param {Call} call
 * @param {object} acts What the buttons do: concern, support, pause, stop, help.
 */
export function bar(call, acts) {
  const whole = el("span.time");
  const station = el("span.time.small");
  const section = el("span.budgeted");
  const saved = el("span.text");
  const light = el("p.saved", {}, el("span.light", { "aria-hidden": "true" }), saved);
  // Read out when it turns, not at every keystroke.
  const aloud = el("p.unseen", { role: "status" });
  const stop = button(t("Stop …"), acts.stop);
  const language = languageChoice(call, acts);
  const pause = button(t("Pause"), acts.pause, { title: t("Pause (Alt+P)") });
  const care = concernButton(call, acts.concern);
  const element = el("header.bar", {},
    el("h1", {}, call.kind === "call" ? t("Call {0}", call.opened.session) : t("Forum {0}", call.opened.session)),
    notReal(call.opened),
    el("p.times", {}, whole, " ", station, " ", section), light, aloud,
    el("p.acts", {}, language,
      call.opened.rehearsal && call.kind === "call" ? button(t("Invent"), acts.invent, { title: t("Invent an answer (Alt+I)") }) : null,
      care.element,
      button(t("Support"), acts.support, { title: t("Support line and our role (F4)") }),
      pause, stop, button(t("Commands"), acts.palette, { title: t("All commands (F3)") }), button("?", acts.help, { title: t("Keys (F1)"), "aria-label": t("Help") })));

  function sync() {
    stop.disabled = ["finished", "stopped"].includes(call.phase);
    care.sync();
    const plan = call.course.guide.planned_minutes;
    const planned = plan?.from ? `${plan.from}–${plan.to}′` : plan ? `${plan}′` : "";
    say(whole, planned ? t("{0} of {1}", clock(call.elapsed), planned) : clock(call.elapsed));
    whole.classList.toggle("over", call.elapsed / 60000 > (plan?.to ?? plan ?? Infinity));
    const current = !stop.disabled && call.course.item(call.view.current);
    say(station, current ? t("here {0}", clock(call.spent(call.view.current) * 1000)) : "");
    const budget = stop.disabled ? { text: "", over: false } : sectionSaid(call);
    say(section, budget.text);
    section.classList.toggle("over", budget.over);
    const [state, text] = savedSaid(call.saving.state);
    light.dataset.state = state;
    say(saved, text);
    const told = state === "lost" ? t("Not saved at the moment. Go on; what you type is kept in this browser.") : t("Everything is saved.");
    if (state !== "busy" && (aloud.textContent || state === "lost")) say(aloud, told);
    pause.disabled = call.phase !== "open";
    if (language) {
      language.value = call.course.language;
      language.disabled = !["open", "paused"].includes(call.phase);
    }
  }
  return { element, sync };
}

/** The languages of the guide, where there are several, by their own names. */
function languageChoice(call, acts) {
  const { languages } = call.course.guide;
  if (languages.length < 2) return null;
  const choice = el("select", { "aria-label": t("Language of the talk"), title: t("Language (Alt+L)"), onchange: () => acts.language(choice.value) },
    languages.map((each) => el("option", { value: each, lang: each }, languageName(each))));
  return choice;
}

/** How much of the section's minutes is used. */
function sectionSaid(call) {
  const stations = call.course.stations(call.route);
  const id = stations.find((each) => each.ref === call.view.current)?.section;
  const budget = call.course.sections.get(id)?.minutes;
  if (!budget) return { text: "", over: false };
  const minutes = stations.filter((each) => each.section === id).reduce((sum, each) => sum + call.spent(each.ref), 0) / 60;
  return { text: t("section {0} of {1}′", Math.floor(minutes), budget), over: minutes > budget };
}

/** What is saved and what is not, in words; nothing is claimed that was not acknowledged. */
export function savedSaid({ waiting, kept, trouble, savedAt }, now = Date.now()) {
  if (!waiting && !trouble) return ["saved", savedAt ? t("Saved {0}", dated(savedAt, CLOCK)) : t("Saved")];
  if (!trouble) return ["busy", t("Saving …")];
  const why = trouble.signedOut
    ? t("Signed out: sign in to Jupyter in another tab")
    : trouble.faults.length
      ? t("The store cannot write ({0}: {1})", trouble.faults[0].code, trouble.faults[0].found)
      : t("No answer for {0} s", Math.round((now - trouble.since) / 1000));
  if (!waiting) return ["lost", t("{0}. Nothing is waiting", why)];
  const where = kept === waiting ? t("kept in this browser") : t("{0} of {1} kept in this browser", kept, waiting);
  return ["lost", waiting === 1 ? t("NOT SAVED: 1 change, {0}. {1}", where, why) : t("NOT SAVED: {0} changes, {1}. {2}", waiting, where, why)];
}

/** Lines below the bar: what was recovered, a second window, a concern that was flagged, what is parked. */
export function notices(call) {
  const care = concernLine(call);
  const element = el("div.notices", { "aria-live": "polite" }, care.element);
  const shown = new Map();
  function show(key, text, actions = [], kind = "") {
    shown.get(key)?.remove();
    const line = el(`p.notice${kind && `.${kind}`}`, {}, el("span", {}, text));
    for (const [label, act] of actions) line.append(" ", button(label, () => act() ?? hide(key)));
    if (kind !== "lasting") line.append(" ", button("×", () => hide(key), { "aria-label": t("Close this notice") }));
    shown.set(key, line);
    element.append(line);
  }
  function hide(key) {
    shown.get(key)?.remove();
    shown.delete(key);
  }
  /** The language changes: what is told by the moment is told anew, what has been said stays and says in which it was. */
  function keep(language) {
    hide("others");
    for (const line of shown.values()) line.lang ||= language;
  }
  function sync() {
    const { others } = call.saving.state;
    if (others && !shown.has("others")) {
      show("others", t("This {0} is open in another window too. Type in one of them only; nothing is overwritten.", t(call.kind)), [], "lasting");
    } else if (!others) hide("others");
    care.sync();
  }
  return { element, show, hide, keep, sync };
}
