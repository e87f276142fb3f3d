// A call: what the page knows about it, and everything that can be done in it. Nothing here draws; the views
// are told what changed.

import { t } from "../words/languages.js";
import { replay, takeBack } from "./annotations.js";
import { lengthOf, misfit, typeOf } from "./answer-checks.js";
import { Course } from "./course.js";
import { Outbox } from "./outbox.js";
import { claim, recover, Saving } from "./saving.js";
import { History, sameAnswer, sideOf } from "./undo.js";

const IDLE = 1500; // ms without a keystroke after which what was typed is handed in as the answer

export class Call extends EventTarget {
  /** @param {Wire} wire @param {object} opened @param {string} client */
  constructor(wire, opened, client) {
    super();
    Object.assign(this, { wire, opened, client });
    this.course = this.courseOf(opened);
    this.timers = new Map();
    this.raw = new Map(); // what stands in fields that are being typed in
    this.setAside = new Map(); // answers that gave way to a reason for none
    this.restore(opened.view);
    this.history = new History(this, this.undoable);
  }

  /** Steps that can be undone in this kind of session only. */
  get undoable() {
    return {};
  }

  /** Open a call in this window: sign in, save what windows left behind that are gone, go on. */
  static async open(wire) {
    const client = newClient();
    const release = claim(client);
    let opened = await wire.open(client);
    const outbox = await Outbox.open(opened.study, opened.session, opened.key);
    opened.key = ""; // held by the browser's cryptography from here on, out of reach of scripts
    const found = await recover(wire, outbox, client);
    if (found.saved || found.refused.length) opened = await wire.open(client);
    opened.key = "";
    const call = new this(wire, opened, client);
    outbox.corner = wire.role;
    Object.assign(call, { outbox, release });
    call.found = found;
    call.place = await outbox.place();
    await outbox.recall();
    call.history.recall(await outbox.history());
    call.saving = call.savingOf(outbox);
    for (const field of found.apart) call.saving.apart.set(field, 0);
    call.saving.others = opened.others;
    call.saving.addEventListener("view", ({ detail }) => call.merge(detail));
    call.saving.addEventListener("care", ({ detail }) => (call.opened.care = detail));
    call.saving.addEventListener("agreed", ({ detail }) => {
      delete call.view.conflicts[detail];
      call.elsewhere.delete(detail);
    });
    call.saving.addEventListener("refused", (event) => call.refuse(event.detail));
    return call;
  }

  /** Let go of the call: what is not saved yet is saved by whoever opens it next. */
  close() {
    this.saving.stop();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.release();
    this.wire.leave(this.client);
  }

  // What is known ------------------------------------------------------------------------------

  /** What the page calls it, and the clause by which its length is planned. */
  get kind() {
    return "call";
  }

  get lengthClause() {
    return "P12";
  }

  get phase() {
    return this.view.phase;
  }

  /** Milliseconds since the call began, by now; it stands still after the end. */
  get elapsed() {
    const over = ["finished", "stopped", "not-begun"].includes(this.phase);
    return this.view.elapsed + (over ? 0 : performance.now() - this.at);
  }

  /** Answers that steer the routing, confirmed scripts among them. */
  get said() {
    return new Map([...this.answers, ...[...this.confirmed].map((ref) => [ref, { value: true }])]);
  }

  isAnswered(ref) {
    return this.answers.has(ref);
  }

  /** Whether people have talked about a question: at a forum turns stand in the place of an answer. */
  discussed() {
    return false;
  }

  /** The text that stands in a field: what is being typed, a draft, or the answer. */
  text(field) {
    const typed = this.raw.get(field) ?? this.drafts.get(field);
    if (typed !== undefined) return typed;
    const [ref, part] = field.split("#");
    if (!ref) return { "write-up": this.view.write_up, themes: this.view.themes }[part] ?? "";
    const answer = this.answers.get(ref);
    if (part === "other") return answer?.other ?? "";
    return part === "answer" && this.isText(ref) ? (answer?.value ?? "") : "";
  }

  /** A wording of the guide, with pieces put in. */
  words(said, ref = "") {
    return this.spoken(said, ref).text;
  }

  /** The same, with the language that it is in: {text, lang}. */
  spoken(said, ref = "") {
    return this.course.words(said, this.answers, this.open, roundOfRef(ref));
  }

  /** Scripts that have to be said before a question is asked. */
  gate(ref) {
    return this.course.gate(this.course.questionOf(ref), this.route);
  }

  /** What stands against finishing: refs that are pending, and hard checks that do not hold. */
  get against() {
    return { pending: this.route.pending, checks: this.checks.filter((each) => each.level === "hard") };
  }

  // What can be done ---------------------------------------------------------------------------

  async begin(language) {
    const opened = await this.wire.begin(language);
    this.opened = { ...opened, key: "" };
    this.course.language = opened.view.language;
    this.saving.known = opened.last;
    this.restore(opened.view);
    this.told();
  }

  visit(ref) {
    if (this.view.current === ref) return;
    this.spend();
    this.view.current = ref;
    const kind = this.course.item(ref);
    const allowed = this.phase === "open" && kind && !kind.group && !(kind.question && this.gate(ref).length);
    if (allowed) this.saving.edit({ step: "visit", ref });
    this.told();
  }

  confirm(ref) {
    this.confirmed.add(ref);
    this.saving.edit({ step: "confirm", ref });
    this.reroute();
  }

  /** Record an answer, or the reason why there is none. Gives what is wrong with it, or null. */
  answer(ref, answer) {
    const item = this.course.item(ref);
    const wrong = item.group ? null : misfit(item, answer);
    if (wrong) return wrong;
    const before = this.answers.get(ref);
    if (JSON.stringify(before) === JSON.stringify(answer)) return null;
    this.history.record("answer", { ref }, sideOf(this, ref, before, answer), { answer });
    for (const part of ["answer", "other"]) {
      this.raw.delete(`${ref}#${part}`);
      this.drafts.delete(`${ref}#${part}`);
    }
    this.answers.set(ref, answer);
    this.saving.edit({ step: "answer", ref, answer }, `${ref}#answer`);
    this.reroute({ ref, before });
    return null;
  }

  /** Take an answer back, so that there is none. */
  unsay(ref) {
    this.history.record("answer", { ref }, sideOf(this, ref, this.answers.get(ref), null), { answer: null });
    takeBack(this, ref);
  }

  /** Keep what stands in a field, at every keystroke. */
  type(field, text) {
    const words = text.replaceAll("\0", "").toWellFormed();
    this.raw.set(field, words);
    this.saving.edit({ step: "draft", ref: field, text: words }, field);
    clearTimeout(this.timers.get(field));
    this.timers.set(field, setTimeout(() => this.tell("idle", field), IDLE));
  }

  /** Hand in what was typed into a text as the answer. */
  handIn(ref) {
    const typed = this.raw.get(`${ref}#answer`) ?? this.drafts.get(`${ref}#answer`);
    const empty = typed !== undefined && !typed.trim() && !this.answers.has(ref);
    if (typed !== undefined && !empty && this.isText(ref)) this.answer(ref, { value: typed });
  }

  /** Keep the notes on questions that were typed and not kept by Enter. */
  keepNotes() {
    for (const field of [...this.raw.keys()]) if (/^[^#]+#note/.test(field)) this.note(field);
  }

  /** Turn what was typed as a note into one; what it belongs to is the part before the "#". */
  note(field) {
    const text = this.text(field);
    if (!text.trim()) return;
    const [ref] = field.split("#");
    const note = `${this.client}.${this.saving.number + 1}`; // what it is called from now on
    this.raw.delete(field);
    this.drafts.delete(field);
    this.view.notes.push([ref, text, Math.round(this.elapsed), note]);
    this.saving.edit({ step: "note", ref, text, note }, field);
    this.told();
  }

  pause(kind) {
    this.spend();
    this.handInAll();
    this.saving.edit({ step: "pause", kind });
    Object.assign(this.view, { phase: "paused", paused: kind });
    this.pausedAt = performance.now();
    this.told();
  }

  resume() {
    this.view.pauses += performance.now() - (this.pausedAt ?? performance.now());
    this.saving.edit({ step: "resume" });
    Object.assign(this.view, { phase: "open", paused: "" });
    this.since = performance.now();
    this.told();
  }

  concern(urgency, kind, note) {
    this.saving.edit({ step: "concern", urgency, concern: kind, text: note });
    this.view.concerns.push(Math.round(this.elapsed));
    this.told();
  }

  /** Finish; resolves when it is saved, and throws what the server found against it. */
  finish(reasons) {
    this.handInAll();
    return this.end({ step: "finish", reasons });
  }

  /** Whether whoever finished may take it back: on the same day, before the write-up is done. */
  get mayReopen() {
    return Boolean(this.view.may_reopen) && (this.leads ?? true) && this.phase === "finished" && !(this.view.write_up && this.view.themes);
  }

  /** Take finishing back; throws what the server found against it. */
  reopen(reason) {
    return this.end({ step: "reopen", reason });
  }

  stop(keep) {
    if (keep) this.handInAll();
    return this.end({ step: "stop", keep });
  }

  /** Keep the version that stands here, or take the other one. */
  choose(field, mine) {
    const theirs = this.other(field);
    const [ref] = field.split("#");
    const text = this.text(field);
    const own = this.answers.get(ref);
    this.saving.choose(field);
    delete this.view.conflicts[field];
    this.elsewhere.delete(field);
    const answer = mine ? (this.isText(ref) ? { value: text } : own) : theirs;
    this.raw.delete(field);
    if (answer && (answer.value ?? answer.missing ?? null) === null) takeBack(this, ref);
    else if (answer) {
      this.answers.set(ref, answer);
      this.saving.edit({ step: "answer", ref, answer }, `${ref}#answer`);
    }
    this.reroute();
  }

  /**
   * The version of a field that stands against the one shown here, as an answer. The server says whose version it
   * keeps apart: where that is this window's own, the other one is what stands in the field.
   */
  other(field) {
    const [ref] = field.split("#");
    const apart = this.view.conflicts[field];
    const shown = this.isText(ref) ? { value: this.text(field) } : this.answers.get(ref);
    const draft = this.view.drafts[field];
    const main = draft === undefined ? this.view.answers[ref] : { value: draft };
    const mine = this.view.apart_by?.[field] === this.client && !sameAnswer(shown, main);
    const other = mine ? main : apart ? (apart.answer ?? { value: apart.text }) : this.elsewhere.get(field);
    return sameAnswer(other, shown) ? null : (other ?? null);
  }

  // Keeping up ---------------------------------------------------------------------------------

  restore(view) {
    this.view = { ...view, notes: view.notes.map((note) => [...note]), concerns: [...view.concerns] };
    this.course.language = view.language || this.course.language;
    this.answers = new Map(Object.entries(view.answers));
    this.drafts = new Map(Object.entries(view.drafts));
    this.confirmed = new Set(view.confirmed);
    this.elsewhere = new Map();
    this.seconds = new Map(Object.entries(view.seconds));
    this.at = this.since = performance.now();
    this.route = this.course.route(this.said);
    this.open = new Set(this.route.open);
    this.checks = this.course.checks(this.said, this.route);
  }

  /** Another window wrote: take in everything but what was typed here and is not settled yet. */
  merge({ view, news, before }) {
    const waiting = new Set(this.saving.waiting.map((entry) => entry.field).filter(Boolean));
    for (const field of this.saving.apart.keys()) {
      const open = waiting.has(field) || this.raw.has(field) || field in view.conflicts;
      if (!open || !field.endsWith("#answer")) this.saving.choose(field); // somebody has chosen elsewhere
    }
    for (const field of news) {
      const mine = field.endsWith("#answer") && (waiting.has(field) || this.raw.has(field));
      if (mine && !this.saving.apart.has(field)) this.saving.apart.set(field, before);
    }
    const held = new Set([...waiting, ...this.raw.keys(), ...this.saving.apart.keys()]);
    const kept = [...held].map((field) => [field, this.answers.get(field.split("#")[0]), this.text(field)]);
    const { current } = this.view;
    this.restore({ ...view, current });
    for (const [field, answer, text] of kept) this.hold(field, answer, text);
    if (["finished", "stopped"].includes(this.phase)) this.history.forget();
    replay(this);
    this.reroute();
  }

  /** Let what was typed here stand, and remember what stands against it. */
  hold(field, answer, text) {
    const [ref, part] = field.split("#");
    const draft = this.drafts.get(field);
    const theirs = draft === undefined ? (this.answers.get(ref) ?? null) : { value: draft };
    if (theirs && (theirs.value !== text || !this.isText(ref))) this.elsewhere.set(field, theirs);
    if (part === "answer" && answer && !this.raw.has(field)) {
      this.answers.set(ref, answer);
      this.drafts.delete(field);
    }
  }

  reroute(changed = null) {
    const parked = new Set(this.route.parked);
    this.route = this.course.route(this.said);
    this.open = new Set(this.route.open);
    this.checks = this.course.checks(this.said, this.route);
    const closed = this.route.parked.filter((ref) => !parked.has(ref));
    if (closed.length && changed) this.tell("parked", { closed, ...changed });
    this.told();
  }

  refuse({ edit, faults }) {
    if (edit.step === "confirm") this.confirmed.delete(edit.ref);
    if (edit.step === "confirm") this.reroute();
    this.tell("refused", { edit, faults });
  }

  /** Keep where the cursor is, so that it is there again after a crash. */
  mark(place) {
    if (this.phase !== "not-begun") this.outbox.putPlace({ ...place, ref: this.view.current }).catch(() => {});
  }

  /** Save an edit; resolves when the server has taken it, and throws what it found against it. */
  async accepted(edit, field = "") {
    const listening = new AbortController();
    const refused = new Promise((_, reject) => {
      const listen = ({ detail }) => detail.edit.number === number && reject(detail);
      this.saving.addEventListener("refused", listen, { signal: listening.signal });
    });
    const number = this.saving.edit(edit, field);
    try {
      await Promise.race([this.saving.settled(), refused]);
    } finally {
      listening.abort();
    }
  }

  async end(edit) {
    this.spend();
    await this.accepted(edit);
    this.opened = { ...(await this.wire.open(this.client)), key: "" };
    this.raw.clear();
    this.history.forget();
    this.restore(this.opened.view);
    this.told();
  }

  courseOf(opened) {
    return new Course(opened);
  }

  savingOf(outbox) {
    return new Saving(this.wire, outbox, this.client, this.opened.last);
  }

  handInAll() {
    for (const ref of new Set([...this.raw.keys(), ...this.drafts.keys()].map((field) => field.split("#")[0]))) {
      if (ref) this.handIn(ref);
    }
  }

  spend() {
    const { current } = this.view;
    const now = performance.now();
    if (current && this.phase === "open") {
      this.seconds.set(current, (this.seconds.get(current) ?? 0) + (now - this.since) / 1000);
    }
    this.since = now;
  }

  /** Seconds spent on a station, by now. */
  spent(ref) {
    const running = ref === this.view.current && this.phase === "open";
    return (this.seconds.get(ref) ?? 0) + (running ? (performance.now() - this.since) / 1000 : 0);
  }

  isText(ref) {
    const item = this.course.item(ref);
    return Boolean(item && !item.script && !item.group && typeOf(item) === "text");
  }

  told() {
    this.dispatchEvent(new Event("change"));
  }

  tell(name, detail) {
    this.dispatchEvent(Object.assign(new Event(name), { detail }));
  }
}

/** How much was recovered, in words. */
export function foundSaid(found, drafts) {
  const letters = found.fields.reduce((sum, field) => sum + lengthOf(drafts.get(field) ?? ""), 0);
  const said = found.saved === 1 ? t("1 change from before the interruption is saved now") : t("{0} changes from before the interruption are saved now", found.saved);
  return letters ? t("{0} ({1} characters).", said, letters) : `${said}.`;
}

function roundOfRef(ref) {
  const round = ref.split("@")[1];
  return round ? `@${round}` : "";
}

function newClient() {
  const raw = crypto.getRandomValues(new Uint8Array(8));
  return [...raw].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
