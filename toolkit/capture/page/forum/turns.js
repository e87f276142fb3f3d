// What was said on a question, turn by turn, and the field in which the next turn is written down.

import { clock, el, newId, say, speak } from "../elements/dom.js";
import { isEnter } from "../elements/focus.js";
import { t } from "../words/languages.js";
import { REACTIONS } from "./forum.js";
import { turnHistory } from "./turn-correction.js";

const VERBS = { agree: "agree", disagree: "disagree", nod: "nod" };

/** The list of turns on the question in view; one of them is chosen for reactions. */
export function turnList(forum, acts) {
  const list = el("ol.turns", { "aria-label": t("What was said"), tabindex: "0" });
  const rows = new Map();
  let shown = "";

  function sync(chosen) {
    const { topic } = forum;
    if (topic !== shown) {
      shown = topic;
      rows.clear();
      list.replaceChildren();
    }
    const turns = topic ? forum.turns(topic) : [];
    const live = topic ? forum.heardElsewhere(topic) : [];
    const wanted = [
      ...turns.map((turn) => said(forum, turn, rows, acts, turn.name === chosen)),
      ...live.map(({ seat, text }) => writing(seat, text, rows)),
    ];
    const last = list.lastElementChild;
    arrange(list, wanted);
    for (const [key, row] of rows) if (!row.isConnected) rows.delete(key);
    if (wanted.at(-1) !== last && wanted.length) list.scrollTop = list.scrollHeight;
  }
  return { element: list, sync };
}

/** After the end: every turn, to be read again and corrected. */
export function turnReview(forum, acts) {
  const list = el("ol.turns", {});
  const element = el("div.review", {}, el("h2", {}, t("What was said")), el("p.hint", {}, t("A correction needs a reason; the old words stay beside it.")), list);
  const rows = new Map();
  const sync = () => arrange(list, [...new Set(forum.view.turns.map((turn) => turn.question))].flatMap((question) => [
    asked(forum, question, rows),
    ...forum.turns(question).map((turn) => said(forum, turn, rows, acts, false)),
  ]));
  return { element, sync };
}

/** The question above the turns that were said on it. */
function asked(forum, question, rows) {
  const key = `question ${question}`;
  if (!rows.has(key)) rows.set(key, el("li.on", {}));
  speak(rows.get(key), forum.course.spoken(forum.course.item(question)?.text || question), forum.course.language);
  return rows.get(key);
}

function said(forum, turn, rows, acts, chosen) {
  if (!rows.has(turn.name)) {
    const correct = (event) => {
      event.stopPropagation();
      acts.correct(turn.name);
    };
    const button = el("button.correct", { type: "button", onclick: correct, title: t("Correct this turn (Alt+C)"), "aria-label": t("Correct the turn of {0}", turn.seat) }, "✎");
    const row = el("li.turn", { onclick: () => acts.choose(turn.name) },
      el("span.who"), el("span.words"), el("span.nods"), el("span.mark"), el("time", {}, clock(turn.at)), button, el("div.was"));
    rows.set(turn.name, row);
  }
  const row = rows.get(turn.name);
  const [who, words, nods, mark, , correct, was] = row.children;
  correct.hidden = turn.withdrawn || !forum.view.kept;
  const history = turnHistory(turn);
  if (was.childElementCount !== history.length) was.replaceChildren(...history);
  say(who, turn.seat);
  say(words, turn.withdrawn ? t("withdrew; marked, and shown no more") : turn.text);
  say(nods, nodsSaid(forum.view.reactions.filter((each) => each.name === turn.name).map(({ how, seat }) => [how, seat])));
  const refused = forum.saving.trouble ? t("not saved yet") : t("saving …");
  say(mark, turn.withdrawn || forum.isSaved(turn) ? "" : refused);
  row.classList.toggle("gone", turn.withdrawn);
  row.classList.toggle("chosen", chosen);
  return row;
}

function writing(seat, text, rows) {
  const key = `writing ${seat}`;
  if (!rows.has(key)) rows.set(key, el("li.turn.writing", {}, el("span.who"), el("span.words"), el("span.nods"), el("span.mark", {}, t("being written"))));
  const row = rows.get(key);
  say(row.children[0], seat);
  say(row.children[1], text);
  return row;
}

/** The field for the turn that is being written down. */
export function composer(forum, acts) {
  const head = newId();
  const seat = el("select", { "aria-label": t("Speaker: choose another if the seat was wrong"), onchange: () => acts.reseat(seat.value) });
  const question = el("span.about");
  const nods = el("span.nods");
  const state = el("span.state");
  const area = el("textarea.turn", {
    rows: 3, autocomplete: "off", spellcheck: "false", autocorrect: "off", autocapitalize: "off", "aria-labelledby": head,
    oninput: () => forum.speech && forum.type(forum.speech.field, area.value),
    onkeydown: (event) => {
      if (!isEnter(event) || event.shiftKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      acts.keep();
    },
  });
  const speaking = el("div.speaking", {}, el("p.head", {}, el("span.unseen", { id: head }, t("Turn")), seat, question, nods, state), area);
  const waiting = el("p.waiting");
  const element = el("section.composer", { "aria-label": t("The next turn") }, waiting, speaking);
  function sync() {
    const { speech } = forum;
    // A field that goes away while somebody types would leave the keys without a home.
    if (!speech && speaking.contains(document.activeElement)) acts.leave();
    speaking.hidden = !speech;
    waiting.hidden = Boolean(speech);
    say(waiting, acts.armed() ? t("Whose? Press the number of the seat.") : t("Who speaks? Press the number of the seat, in the row of seats. What you type before that is a note."));
    if (!speech) {
      area.value = ""; // nobody's words stay in a field that is out of sight
      return;
    }
    const present = forum.present;
    if (seat.dataset.key !== present.join()) {
      seat.dataset.key = present.join();
      seat.replaceChildren(...present.map((each) => el("option", { value: each }, each)));
    }
    seat.value = speech.seat;
    say(document.getElementById(head), t("Turn of {0}", speech.seat));
    say(question, t("on {0}", forum.course.name(speech.question)));
    question.classList.toggle("elsewhere", speech.question !== forum.topic);
    say(nods, acts.armed() ? t("Whose? Press the number of the seat.") : nodsSaid(speech.nods));
    area.dataset.field = speech.field;
    const text = forum.text(speech.field);
    if (area.value !== text) area.value = text;
    const saved = forum.saving.stateOf(speech.field);
    state.dataset.state = saved;
    say(state, saved === "saving" && forum.saving.trouble ? t("not saved yet") : t({ saved: "saved", saving: "saving …", refused: "not saved" }[saved] ?? ""));
  }
  return { element, sync, area };
}

function nodsSaid(nods) {
  return REACTIONS.flatMap((how) => {
    const seats = nods.filter(([each]) => each === how).map(([, seat]) => seat);
    return seats.length ? `${t(VERBS[how])} ${seats.join(", ")}` : [];
  }).join(" · ");
}

function arrange(list, rows) {
  for (const old of [...list.children]) if (!rows.includes(old)) old.remove();
  rows.forEach((each, at) => {
    if (list.children[at] !== each) list.insertBefore(each, list.children[at] ?? null);
  });
}
