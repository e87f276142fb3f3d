// The seat map: who sits where, who has spoken, and the keys of each seat. Pseudonyms only.

import { button, el, say } from "../elements/dom.js";
import { t } from "../words/languages.js";
import { REACTIONS } from "./forum.js";

const SIGNS = { agree: "✓", disagree: "✗", nod: "∿" };
const SCREENS = {
  "note-taker": ["The note taker’s screen is not open.", "The note taker’s screen is here."],
  facilitator: ["The facilitator’s screen is not open.", "The facilitator’s screen is here."],
};
const SAID = { agree: "agrees", disagree: "disagrees", nod: "nods" };

/**
 * @param {Forum} forum
 * @param {object} acts speak(seat), react(how, seat), armed(), withdraw().
 */
export function seatMap(forum, acts) {
  const cards = forum.view.seats.map((seat, at) => card(forum, acts, seat, at));
  const prompt = el("p.prompt");
  // It takes the numbers of the seats as long as it has the cursor, and shows that it has.
  const row = el("div.seat-row", { role: "group", tabindex: "0", "aria-label": t("Row of seats: press the number of who speaks") },
    prompt, el("ol.map", {}, cards.map((each) => each.element)));
  const quiet = el("p.quiet");
  const beside = el("p.beside", { role: "status" });
  const other = forum.leads ? "note-taker" : "facilitator";
  const there = new URL(`../../forum/${encodeURIComponent(forum.opened.session)}?as=${other}`, forum.wire.address);
  const open = el("a", { href: there.href, target: "_blank", rel: "noopener" }, t("Open it in another window"));
  const leaving = button(t("Somebody withdraws …"), acts.withdraw);
  const element = el("aside.seats", { "aria-label": t("Seats") },
    row,
    el("p.legend", { "aria-hidden": "true" }, REACTIONS.map((how) => `${SIGNS[how]} ${t(SAID[how])}`).join(" · ")), quiet,
    el("p.buttons", {}, leaving), beside, open);
  function sync() {
    for (const each of cards) each.sync();
    const over = ["finished", "stopped"].includes(forum.phase);
    say(prompt, acts.armed() ? t("Whose? Press the number of the seat.") : over || !(forum.topic || forum.speech) ? "" : t("Press a number: who speaks"));
    leaving.disabled = ["finished", "stopped"].includes(forum.phase); // before and during only (clause P27)
    const silent = forum.topic ? forum.silent(forum.topic) : [];
    const all = forum.silent();
    say(quiet, !forum.topic ? "" : silent.length
      ? all.length && all.length < silent.length ? t("Not heard on this question: {0}; not at all: {1}.", silent.join(", "), all.join(", ")) : t("Not heard on this question: {0}.", silent.join(", "))
      : t("Everybody was heard on this question."));
    open.hidden = Boolean(forum.saving.beside);
    say(beside, t(SCREENS[other][Number(Boolean(forum.saving.beside))]));
    beside.dataset.here = String(Boolean(forum.saving.beside));
  }
  return { element, sync, row };
}

function card(forum, acts, seat, at) {
  const count = el("span.count");
  const kbd = at < 9 ? el("kbd", { "aria-hidden": "true" }, String(at + 1)) : null;
  const talk = button("", () => acts.speak(seat), { class: "talk", title: t("{0} speaks ({1}; while typing Alt+{2})", seat, at + 1, at + 1) });
  talk.append(kbd ?? "", el("span.seat", {}, seat), count);
  const reactions = REACTIONS.map((how) =>
    button(SIGNS[how], () => acts.react(how, seat), { class: "react", title: `${seat} ${t(SAID[how])}`, "aria-label": `${seat} ${t(SAID[how])}` }));
  const element = el("li.card", { "data-seat": seat }, talk, el("span.reacts", {}, reactions));
  function sync() {
    const gone = forum.view.withdrawn.includes(seat);
    const turns = forum.view.turns.filter((turn) => turn.seat === seat && (!forum.topic || turn.question === forum.topic));
    say(count, gone ? t("withdrew") : turns.length === 1 ? t("1 turn") : turns.length ? t("{0} turns", turns.length) : t("not yet"));
    element.dataset.state = gone ? "gone" : turns.length ? "heard" : "silent";
    const over = ["finished", "stopped"].includes(forum.phase);
    talk.disabled = gone || over || !(forum.topic || forum.speech);
    for (const each of reactions) each.disabled = gone || over;
    if (forum.speech?.seat === seat) element.setAttribute("aria-current", "true");
    else element.removeAttribute("aria-current");
  }
  return { element, sync };
}
