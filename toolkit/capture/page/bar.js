// The bar at the top: which call it is, the clocks, what is saved, and what must be at hand at every moment.

import { button, clock, el, say } from "./dom.js";
import { wording } from "./wordings.js";

/**
 * @param {Call} call
 * @param {object} acts What the buttons do: concern, support, pause, stop, help.
 */
export function bar(call, acts) {
  const whole = el("span.time");
  const station = el("span.time.small");
  const saved = el("span.text");
  const light = el("p.saved", {}, el("span.light", { "aria-hidden": "true" }), saved);
  // Read out when it turns, not at every keystroke.
  const aloud = el("p.unseen", { role: "status" });
  const pause = button("Pause", acts.pause, { title: "Pause (Alt+P)" });
  const element = el("header.bar", {},
    el("h1", {}, `${upper(call.kind)} ${call.opened.session}`),
    call.opened.fictional ? el("span.fictional", {}, "fictional") : null,
    el("p.times", {}, whole, station), light, aloud,
    el("p.acts", {},
      button("Concern", acts.concern, { class: "concern", title: "Safeguarding concern (F2)" }),
      button("Support", acts.support, { title: "Support line and our role (F4)" }),
      pause, button("Stop …", acts.stop), button("?", acts.help, { title: "Keys (F1)", "aria-label": "Help" })));

  function sync() {
    const plan = call.course.guide.planned_minutes;
    const planned = plan?.from ? `${plan.from}–${plan.to}′` : plan ? `${plan}′` : "";
    say(whole, `${clock(call.elapsed)}${planned ? ` of ${planned}` : ""}`);
    whole.classList.toggle("over", call.elapsed / 60000 > (plan?.to ?? plan ?? Infinity));
    const current = call.course.item(call.view.current);
    say(station, current ? `here ${clock(call.spent(call.view.current) * 1000)}` : "");
    const [state, text] = savedSaid(call.saving.state);
    light.dataset.state = state;
    say(saved, text);
    const told = state === "lost" ? "Not saved at the moment. Go on; what you type is kept in this browser." : "Everything is saved.";
    if (state !== "busy" && (aloud.textContent || state === "lost")) say(aloud, told);
    pause.disabled = call.phase !== "open";
  }
  return { element, sync };
}

/** What is saved and what is not, in words; nothing is claimed that was not acknowledged. */
export function savedSaid({ waiting, kept, trouble, savedAt }, now = Date.now()) {
  if (!waiting && !trouble) return ["saved", savedAt ? `Saved ${savedAt.toLocaleTimeString("en-GB")}` : "Saved"];
  if (!trouble) return ["busy", "Saving …"];
  const why = trouble.signedOut
    ? "Signed out: sign in to Jupyter in another tab"
    : trouble.faults.length
      ? `The store cannot write (${trouble.faults[0].code}: ${trouble.faults[0].found})`
      : `No answer for ${Math.round((now - trouble.since) / 1000)} s`;
  if (!waiting) return ["lost", `${why}. Nothing is waiting`];
  const where = kept === waiting ? "kept in this browser" : `${kept} of ${waiting} kept in this browser`;
  return ["lost", `NOT SAVED: ${waiting} ${waiting === 1 ? "change" : "changes"}, ${where}. ${why}`];
}

/** Lines below the bar: what was recovered, a second window, a concern that was flagged, what is parked. */
export function notices(call) {
  const element = el("div.notices", { "aria-live": "polite" });
  const shown = new Map();
  function show(key, text, actions = [], kind = "") {
    shown.get(key)?.remove();
    const line = el(`p.notice${kind && `.${kind}`}`, {}, el("span", {}, text));
    for (const [label, act] of actions) line.append(" ", button(label, () => act() ?? hide(key)));
    if (kind !== "lasting") line.append(" ", button("×", () => hide(key), { "aria-label": "Close this notice" }));
    shown.set(key, line);
    element.append(line);
  }
  function hide(key) {
    shown.get(key)?.remove();
    shown.delete(key);
  }
  function sync() {
    const { others } = call.saving.state;
    if (others && !shown.has("others")) {
      show("others", `This ${call.kind} is open in another window too. Type in one of them only; nothing is overwritten.`, [], "lasting");
    } else if (!others) hide("others");
    const last = call.view.concerns.at(-1);
    if (last !== undefined && !shown.has("concern")) {
      show("concern", concernSaid(call, last), [], "lasting");
    } else if (last !== undefined) say(shown.get("concern").firstChild, concernSaid(call, last));
  }
  return { element, show, hide, sync };
}

function concernSaid(call, at) {
  const [officer, deputy] = call.opened.officers;
  const minutes = Math.floor((call.elapsed - at) / 60000);
  const tell = officer ? `Tell the ${lower(officer)} now${deputy ? `; if they cannot be reached, the ${lower(deputy)}` : ""}.` : "Tell the safeguarding officer now.";
  return `Concern flagged at ${clock(at)}, ${minutes} min ago. ${tell}`;
}

function upper(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function lower(text) {
  const said = wording(text);
  return said[0].toLowerCase() + said.slice(1);
}
