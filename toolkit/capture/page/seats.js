// The seat map: who sits where, who has spoken, and the keys of each seat. Pseudonyms only.

import { button, el, say } from "./dom.js";
import { REACTIONS } from "./forum.js";

const SIGNS = { agree: "✓", disagree: "✗", nod: "∿" };
const SAID = { agree: "agrees", disagree: "disagrees", nod: "nods" };

/**
 * @param {Forum} forum
 * @param {object} acts speak(seat), react(how, seat), withdraw().
 */
export function seatMap(forum, acts) {
  const cards = forum.view.seats.map((seat, at) => card(forum, acts, seat, at));
  const quiet = el("p.quiet");
  const beside = el("p.beside", { role: "status" });
  const other = forum.leads ? "note-taker" : "facilitator";
  const there = new URL(`../../forum/${encodeURIComponent(forum.opened.session)}?as=${other}`, forum.wire.address);
  const open = el("a", { href: there.href, target: "_blank", rel: "noopener" }, "Open it in another window");
  const leaving = button("Somebody withdraws …", acts.withdraw);
  const element = el("aside.seats", { "aria-label": "Seats" },
    el("ol.map", {}, cards.map((each) => each.element)),
    el("p.legend", { "aria-hidden": "true" }, REACTIONS.map((how) => `${SIGNS[how]} ${SAID[how]}`).join(" · ")), quiet,
    el("p.buttons", {}, leaving), beside, open);
  function sync() {
    for (const each of cards) each.sync();
    leaving.disabled = ["finished", "stopped"].includes(forum.phase); // before and during only (P27)
    const silent = forum.topic ? forum.silent(forum.topic) : [];
    const all = forum.silent();
    say(quiet, !forum.topic ? "" : silent.length
      ? `Not heard on this question: ${silent.join(", ")}${all.length && all.length < silent.length ? `; not at all: ${all.join(", ")}` : ""}.`
      : "Everybody was heard on this question.");
    const whose = forum.leads ? "note taker’s" : "facilitator’s";
    open.hidden = Boolean(forum.saving.beside);
    say(beside, forum.saving.beside ? `The ${whose} screen is here.` : `The ${whose} screen is not open.`);
    beside.dataset.here = String(Boolean(forum.saving.beside));
  }
  return { element, sync };
}

function card(forum, acts, seat, at) {
  const count = el("span.count");
  const kbd = at < 9 ? el("kbd", { "aria-hidden": "true" }, String(at + 1)) : null;
  const talk = button("", () => acts.speak(seat), { class: "talk", title: `${seat} speaks (${at + 1}; while typing Alt+${at + 1})` });
  talk.append(kbd ?? "", el("span.seat", {}, seat), count);
  const reactions = REACTIONS.map((how) =>
    button(SIGNS[how], () => acts.react(how, seat), { class: "react", title: `${seat} ${SAID[how]}`, "aria-label": `${seat} ${SAID[how]}` }));
  const element = el("li.card", { "data-seat": seat }, talk, el("span.reacts", {}, reactions));
  function sync() {
    const gone = forum.view.withdrawn.includes(seat);
    const turns = forum.view.turns.filter((turn) => turn.seat === seat && (!forum.topic || turn.question === forum.topic));
    say(count, gone ? "withdrew" : turns.length ? `${turns.length} ${turns.length === 1 ? "turn" : "turns"}` : "not yet");
    element.dataset.state = gone ? "gone" : turns.length ? "heard" : "silent";
    const over = ["finished", "stopped"].includes(forum.phase);
    talk.disabled = gone || over || !(forum.topic || forum.speech);
    for (const each of reactions) each.disabled = gone || over;
    if (forum.speech?.seat === seat) element.setAttribute("aria-current", "true");
    else element.removeAttribute("aria-current");
  }
  return { element, sync };
}
