// Undo: steps that can be undone, one after the other, and done again. What each was before and after is kept in this
// browser, sealed as edits are, so that it is there after a reload too; the journal keeps every step and every undoing.

import { t } from "../words/languages.js";
import { assign, speak, toggleTag } from "./annotations.js";

const MOST = 100; // steps that are kept

/** How each kind of step is put to where it was on one side, what it is called, and whether it still stands. */
const KINDS = {
  answer: {
    put: (call, { ref }, side) => putAnswer(call, ref, side),
    holds: (call, { ref }, side) => sameAnswer(call.answers.get(ref), side.answer),
    said: (call, { ref }) => t("answer to {0}", call.course.name(call.course.questionOf(ref))),
    place: (call, { ref }) => call.course.questionOf(ref),
  },
  assign: {
    put: (call, { note }, side) => assign(call, noteOf(call, note), side),
    holds: (call, { note }, side) => noteOf(call, note)?.[0] === side,
    said: () => t("a note moved"),
  },
  tag: {
    put: (call, { code, ref, note }) => toggleTag(call, code, { ref, note }),
    holds: (call, { code, ref, note }, side) => side === call.view.tags.some((tag) => same(tag, [code, ref, note])),
    said: (call, { code }) => t("live tag {0}", call.opened.codebook.find((each) => each.code === code)?.label ?? code),
  },
  language: {
    put: (call, _, side) => speak(call, side),
    holds: (call, _, side) => call.course.language === side,
    said: () => t("the language"),
  },
};

export class History {
  /** @param {Call} call @param {object} more Kinds of steps that only some sessions have. */
  constructor(call, more = {}) {
    this.call = call;
    this.kinds = { ...KINDS, ...more };
    this.quiet = false;
    this.back = [];
    this.ahead = [];
  }

  /** Take up what was kept before a reload. */
  recall(kept) {
    this.back = kept?.back ?? [];
    this.ahead = kept?.ahead ?? [];
  }

  /** Remember a step: its kind, what it is about, and what was there on both sides of it. */
  record(kind, about, before, after) {
    if (this.quiet || same(before, after)) return;
    this.back = [...this.back, { kind, about, before, after }].slice(-MOST);
    this.ahead = [];
    this.keep();
  }

  /** What would be undone now, in words; empty for nothing. */
  get next() {
    return this.nameOf(this.back.at(-1));
  }

  /** What would be done again now, in words. */
  get undone() {
    return this.nameOf(this.ahead.at(-1));
  }

  /** Whether the last step was one of this answer. */
  isLast(ref) {
    return this.back.at(-1)?.about.ref === ref;
  }

  undo() {
    this.call.handInAll(); // words that were just typed are a step too
    return this.move(this.back, this.ahead, "before", "after");
  }

  redo() {
    return this.move(this.ahead, this.back, "after", "before");
  }

  /** Whatever `act` does is no step of its own. */
  quietly(act) {
    const before = this.quiet;
    this.quiet = true;
    try {
      return act();
    } finally {
      this.quiet = before;
    }
  }

  /** Forget steps that must not come back. */
  drop(unwanted) {
    const [back, ahead] = [this.back, this.ahead].map((steps) => steps.filter((step) => !unwanted(step)));
    if (back.length + ahead.length === this.back.length + this.ahead.length) return;
    Object.assign(this, { back, ahead });
    this.keep();
  }

  forget() {
    this.recall(null);
    this.keep();
  }

  /** Gives {said, ref, changed}: what it was, where, and whether it could not be because it was changed since; null for nothing. */
  move(from, onto, side, other) {
    const step = from.pop();
    if (!step) return null;
    const kind = this.kinds[step.kind];
    const told = { said: this.nameOf(step), ref: kind.place?.(this.call, step.about) ?? "" };
    const changed = !kind.holds(this.call, step.about, step[other]);
    if (!changed) {
      this.quietly(() => kind.put(this.call, step.about, step[side], step));
      onto.push(step);
    }
    this.keep();
    this.call.told();
    return { ...told, changed };
  }

  nameOf(step) {
    return step ? this.kinds[step.kind].said(this.call, step.about) : "";
  }

  keep() {
    this.call.outbox?.putHistory({ back: this.back, ahead: this.ahead }).catch(() => {});
  }
}

/** What an answer is before a step: the answer itself, and words in its fields that give way without having been one. */
export function sideOf(call, ref, answer, next) {
  const side = { answer: answer ?? null };
  if ((next?.value ?? null) !== null) return side;
  for (const [part, name] of [["answer", "typed"], ["other", "words"]]) {
    const typed = call.raw.get(`${ref}#${part}`) ?? call.drafts.get(`${ref}#${part}`);
    if (typed?.trim() && typed !== (part === "answer" ? answer?.value : answer?.other)) side[name] = typed;
  }
  return side;
}

function putAnswer(call, ref, { answer, typed, words }) {
  if (answer) call.answer(ref, answer);
  else if (call.answers.has(ref)) call.unsay(ref);
  if (typed !== undefined) call.type(`${ref}#answer`, typed);
  if (words !== undefined) call.type(`${ref}#other`, words);
}

function noteOf(call, id) {
  return call.view.notes.find((note) => note[3] === id);
}

/** Whether two answers are the same. */
export function sameAnswer(one, other) {
  return ["value", "missing", "other"].every((part) => same(one?.[part] ?? null, other?.[part] ?? null));
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
