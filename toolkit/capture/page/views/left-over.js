// The list at the end: what is open, what has no answer, and what is parked, each with a way to go there.

import { button, el, say } from "../elements/dom.js";
import { t } from "../words/languages.js";

/** @param {Call} call @param {(ref: string) => void} go Leads to a question. */
export function leftOver(call, go) {
  const kinds = [
    ["open", t("Open: asked as things stand, and nothing written"), openIn],
    ["none", t("Without an answer: don’t know, refused, not asked, skipped"), missingIn],
    ["parked", t("Parked: kept, and not counted"), parkedIn],
  ].map(([name, title, find]) => {
    const count = el("span.count");
    const list = el("ul");
    const element = el("details.left-over", { "data-kind": name }, el("summary", {}, el("span", {}, title), " ", count), list);
    const sync = () => {
      const refs = find(call);
      element.hidden = !refs.length;
      if (list.dataset.key === refs.join(" ")) return;
      list.dataset.key = refs.join(" ");
      say(count, String(refs.length));
      list.replaceChildren(...refs.map((ref) => row(call, ref, go)));
      element.open = name === "open" || refs.length < 6;
    };
    return { element, sync };
  });
  return { element: el("div", {}, kinds.map((each) => each.element)), sync: () => kinds.forEach((each) => each.sync()) };
}

function row(call, ref, go) {
  const question = call.course.questionOf(ref);
  const { text, lang } = call.spoken(call.course.item(ref).text, ref);
  return el("li", {}, button(call.course.name(question), () => go(question)), " ", el("span", { lang }, text));
}

function openIn(call) {
  const pending = call.against.pending.map((ref) => ref.split("[")[0]);
  return call.route.open.filter((ref) => isAsked(call, ref) && !call.isAnswered(ref) && !call.discussed(ref) && !pending.includes(ref));
}

function missingIn(call) {
  return [...call.answers].filter(([ref, answer]) => answer.missing && !call.route.parked.includes(ref) && !isGone(call, ref)).map(([ref]) => ref);
}

function parkedIn(call) {
  return call.route.parked.filter((ref) => isAsked(call, ref));
}

function isGone(call, ref) {
  return call.view.withdrawn?.includes(/\[(.*)\]/.exec(ref)?.[1]) ?? false;
}

/** Whether it is a question or a probe. */
function isAsked(call, ref) {
  const item = call.course.item(ref);
  return Boolean(item && !item.script && !item.group);
}
