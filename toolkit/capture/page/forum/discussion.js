// A question that people talk about: what is asked with its clock and probes, what was said, the next turn.

import { clock, el, newId, say, speak } from "../elements/dom.js";
import { showGate } from "../views/item-view.js";
import { asked } from "../views/question-view.js";
import { t } from "../words/languages.js";
import { eachSeat } from "./per-seat-question.js";
import { composer, turnList } from "./turns.js";

/**
 * The part of the page in which turns are written down; it stays when the question changes.
 *
 * @param {Forum} forum
 * @param {object} acts choose(name), correct(name), keep(), reseat(seat), armed().
 * @param {() => string} chosen Record id of the turn that is chosen.
 * @param {(ref: string) => void} go Leads to another station.
 */
export function discussion(forum, acts, chosen, go) {
  const list = turnList(forum, acts);
  const next = composer(forum, acts);
  const element = el("section.talk", { "aria-label": t("What is said") }, list.element, next.element);
  function sync() {
    list.sync(chosen());
    next.sync();
  }
  return { element, sync, area: next.area, head: (ref) => head(forum, ref, go) };
}

function head(forum, ref, go) {
  const item = forum.course.item(ref);
  const id = newId();
  const title = el("h2.question", { id });
  const instruction = el("p.instruction");
  const time = el("p.budget");
  const gate = el("div.gate");
  const probes = forum.course.probes(ref).map((each) =>
    forum.course.item(each).each_participant ? eachSeat(forum, each) : asked(forum, each));
  const element = el("section.head", { "aria-labelledby": id, tabindex: "-1" }, gate,
    el("div.top", {}, title, time), instruction, el("div.probes", {}, probes.map((each) => each.element)));
  function sync() {
    showGate(forum, gate, forum.gate(ref), go);
    const { text, lang } = forum.spoken(item.text, ref);
    speak(title, { text: `${forum.course.name(ref)}. ${text}`, lang }, forum.course.language);
    speak(instruction, forum.spoken(item.instruction, ref), forum.course.language);
    showTime(forum, ref, time);
    for (const each of probes) each.sync();
  }
  return { element, sync, first: () => element };
}

/** The clock of the question's section: gentle when it is over, and never in the way (clause P18). */
function showTime(forum, ref, time) {
  const stations = forum.course.stations(forum.route);
  const { section } = stations.find((each) => each.ref === ref);
  const budget = forum.course.sections.get(section).minutes;
  const spent = stations.filter((each) => each.section === section).reduce((sum, each) => sum + forum.spent(each.ref), 0);
  say(time, budget ? t("{0} of {1}:00", clock(spent * 1000), budget) : clock(spent * 1000));
  time.classList.toggle("over", Boolean(budget) && spent > budget * 60);
}
