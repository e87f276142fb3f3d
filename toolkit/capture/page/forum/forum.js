// A forum: what one screen knows of it, and everything that can be done on it. A call with seats and turns:
// saving, recovery, routing and the clocks are the call's.
//
// Facilitator and note taker have a screen each. Fields of a screen carry its role and what it writes its own
// record ids, so that neither can write over the other; what was heard carries the time at which it was.

import { Call } from "../core/call.js";
import { Course } from "../core/course.js";
import { Saving } from "../core/saving.js";
import { Wire } from "../core/wire.js";
import { t } from "../words/languages.js";

export const ROLES = ["facilitator", "note-taker"];
export const REACTIONS = ["agree", "disagree", "nod"];
const PULSE = 1000; // ms between questions whether the other screen wrote
const LENGTH = "P18";

export class ForumWire extends Wire {
  constructor(base, session, role) {
    super(base, session, "forums", role);
  }

  /** Begin the forum with the people that are named: an Opened, or Refused (clauses P09, P10, P25). */
  begin(named) {
    return this.ask("POST", "/begin", named);
  }

  send(edits) {
    return this.timed(super.send({ ...edits, by: this.role }), (receipt) => receipt.now);
  }

  open(client) {
    const running = ({ view }) => (["open", "paused"].includes(view.phase) ? view.elapsed : undefined);
    return this.timed(super.open(client), running);
  }

  /** Set the clock of this screen by the server's: both screens' turns are to stand in one order. */
  async timed(asking, read) {
    const asked = performance.now();
    const told = await asking;
    const now = performance.now();
    const there = read(told);
    // The answer that came quickest says best what the time was; after a while a new one may.
    this.slack = (this.slack ?? Infinity) * 1.01;
    if (there !== undefined && now - asked <= this.slack) {
      this.slack = now - asked;
      this.offset = there - (now + asked) / 2;
    }
    return told;
  }
}

class ForumSaving extends Saving {
  constructor(forum, outbox) {
    super(forum.wire, outbox, forum.client, forum.opened.last, PULSE);
    this.forum = forum;
    this.beside = forum.opened.beside;
  }

  edit(edit, field = "") {
    const { speech, role } = this.forum;
    // A turn was heard when its speaker began, however late it is handed in.
    const at = speech && field === speech.field ? speech.at : this.forum.now;
    return super.edit({ by: role, at, ...edit }, field);
  }

  pump(ask = false) {
    // Before it has begun there is nobody to ask for news.
    return this.forum && super.pump(ask && this.forum.phase !== "not-begun");
  }
}

class ForumCourse extends Course {
  item(ref) {
    return super.item(bare(ref));
  }

  questionOf(ref) {
    return super.questionOf(bare(ref));
  }

  name(ref) {
    const [, seat] = ref.split("[");
    return seat ? `${super.name(bare(ref))}, ${seat.slice(0, -1)}` : super.name(ref);
  }
}

export class Forum extends Call {
  get kind() {
    return "forum";
  }

  get lengthClause() {
    return LENGTH;
  }

  get role() {
    return this.wire.role;
  }

  get leads() {
    return this.role === "facilitator";
  }

  /** Milliseconds since the forum began by the server's clock, as what is heard now carries them. */
  get now() {
    const { offset } = this.wire;
    this.latest = Math.max(this.latest ?? 0, offset === undefined ? this.elapsed : performance.now() + offset);
    return Math.round(this.latest);
  }

  /** Seats of those who are there. */
  get present() {
    return this.view.seats.filter((seat) => !this.view.withdrawn.includes(seat));
  }

  /** Seats that have said nothing, here or (without a question) at all. */
  silent(question = "") {
    const heard = new Set(this.view.turns.filter((turn) => !question || turn.question === question).map((turn) => turn.seat));
    return this.present.filter((seat) => !heard.has(seat));
  }

  /** The question in view if people talk about it; empty for scripts and questions with choices. */
  get topic() {
    const item = this.course.item(this.view.current);
    return item?.question && this.isText(this.view.current) ? this.view.current : "";
  }

  /** Turns on a question, by the clock. */
  turns(question) {
    return this.view.turns.filter((turn) => turn.question === question);
  }

  /** What the other screen is writing down on a question: seat and words. */
  heardElsewhere(question) {
    return [...this.drafts].flatMap(([field, text]) => {
      const [, ref, role, seat] = /^([^#]*)#turn-(.*)\[(.*)\]$/.exec(field) ?? [];
      return ref === question && role !== this.role && text.trim() ? [{ seat, text }] : [];
    });
  }

  /** Seconds spent on a station, by now: where the facilitator is. */
  spent(ref) {
    const running = ref === (this.leads ? this.view.current : this.led) && this.phase === "open";
    return (this.seconds.get(ref) ?? 0) + (running ? (performance.now() - this.since) / 1000 : 0);
  }

  get undoable() {
    return FORUM_STEPS;
  }

  /** Whether a turn is safe on the disk. */
  isSaved(turn) {
    return !this.saving.waiting.some(({ edit }) => edit.step === "turn" && edit.name === turn.name);
  }

  /** Refs that still need an answer: where each answers, those of the seats that have none. */
  missing(ref) {
    const all = this.course.item(ref).each_participant ? this.present.map((seat) => `${ref}[${seat}]`) : [ref];
    return all.filter((one) => !this.answers.has(one));
  }

  isAnswered(ref) {
    return this.missing(ref).length === 0;
  }

  get against() {
    const { pending, checks } = super.against;
    return { checks, pending: pending.flatMap((ref) => this.missing(ref)) };
  }

  discussed(question) {
    return this.turns(question).some((turn) => !turn.withdrawn);
  }

  // What can be done ---------------------------------------------------------------------------

  async begin(named) {
    this.begun(await this.wire.begin(named));
  }

  /** The forum has begun, here or on the other screen. */
  begun(opened) {
    this.opened = { ...this.opened, ...opened, key: "" };
    this.course.language = opened.view.language;
    this.saving.known = opened.last;
    this.restore(opened.view);
    this.told();
  }

  /** The facilitator leads both screens; the note taker only looks. */
  visit(ref) {
    if (this.leads) super.visit(ref);
    else if (this.view.current !== ref) {
      this.view.current = ref;
      this.told();
    }
  }

  /** Somebody speaks: what was being written down is handed in, and the next turn begins. */
  speak(seat) {
    if (this.speech?.seat === seat || !this.present.includes(seat) || !(this.topic || this.speech)) return false;
    const topic = this.topic || this.speech.question;
    this.handInTurn();
    this.speech = this.newSpeech(topic, seat);
    this.told();
    return true;
  }

  newSpeech(question, seat) {
    this.count = (this.count ?? 0) + 1;
    const field = `${question}#turn-${this.role}[${seat}]`;
    return { question, seat, field, name: `${this.client}-${this.count}`, at: this.now, nods: [] };
  }

  /** What is being written down was somebody else's: it moves to their seat. */
  reseat(seat) {
    const { speech } = this;
    if (!speech || speech.seat === seat || !this.present.includes(seat)) return;
    const text = this.text(speech.field);
    this.history.record("reseat", { question: speech.question }, speech.seat, seat);
    this.empty(speech);
    this.speech = { ...this.newSpeech(speech.question, seat), at: speech.at, nods: speech.nods.filter(([, who]) => who !== seat) };
    if (text) this.type(this.speech.field, text);
    this.told();
  }

  /** Hand in the turn that is being written down, with the reactions to it. */
  handInTurn() {
    const { speech } = this;
    if (!speech) return;
    this.speech = null; // before anybody is told of what follows
    const text = this.text(speech.field);
    if (!text.trim()) {
      this.empty(speech);
    } else {
      const { question, seat, name, at, field } = speech;
      this.forget(field);
      this.view.turns.push({ name, question, number: 0, seat, text, at, withdrawn: false });
      this.sort();
      this.saving.edit({ step: "turn", ref: question, seat, text, name, at, field }, field);
      this.forget(nodsOf(field));
      this.saving.supersede(nodsOf(field));
      for (const [how, who] of speech.nods) this.record(name, how, who);
      this.history.record("turn", { name, question, seat }, false, true);
    }
    this.told();
  }

  /** Take a turn that was kept back into the field, to be written on; the journal keeps that it stood there. */
  takeTurnBack(name) {
    const turn = this.view.turns.find((each) => each.name === name);
    this.handInTurn(); // what is being written down meanwhile is kept
    const nods = this.view.reactions.filter((each) => each.name === name).map(({ how, seat }) => [how, seat]);
    REDO["turn-back"](this, { name });
    this.saving.edit({ step: "turn-back", name });
    this.speech = { ...this.newSpeech(turn.question, turn.seat), at: turn.at, nods };
    this.type(this.speech.field, turn.text);
    if (nods.length) this.typeNods();
    this.told();
  }

  /** Take a reaction back: to a turn that was kept, or without a name to the one that is being written down. */
  unreact(name, how, seat) {
    if (name) {
      REDO.unreact(this, { name, seat, how });
      this.saving.edit({ step: "unreact", name, seat, how });
    } else if (this.speech) {
      this.speech.nods = this.speech.nods.filter(([one, who]) => one !== how || who !== seat);
      this.typeNods();
    }
    this.told();
  }

  typeNods() {
    this.type(nodsOf(this.speech.field), this.speech.nods.map((each) => each.join(" ")).join("\n"));
  }

  /** Correct a turn that was kept; resolves when it is saved, and throws what the server found against it. */
  async correctTurn({ name }, text, reason) {
    await this.accepted({ step: "turn-edit", name, text, reason });
    const turn = this.view.turns.find((each) => each.name === name);
    if (turn && turn.text !== text) {
      turn.before = [...(turn.before ?? []), [turn.text, reason]];
      turn.text = text;
    }
    this.told();
  }

  /** Record how a seat takes a turn: the one given, or the one that is being written down. */
  react(how, seat, turn) {
    const { speech } = this;
    const speaker = turn ? turn.seat : speech?.seat;
    if (!speaker || speaker === seat || !this.present.includes(seat) || turn?.withdrawn) return false;
    if (turn) {
      if (this.view.reactions.some((each) => each.name === turn.name && each.seat === seat && each.how === how)) return false;
      this.record(turn.name, how, seat);
      this.history.record("react", { name: turn.name, how, seat }, false, true);
    } else if (!speech.nods.some(([one, who]) => one === how && who === seat)) {
      speech.nods.push([how, seat]);
      this.typeNods();
      this.history.record("react", { name: "", how, seat }, false, true);
    }
    this.told();
    return true;
  }

  record(name, how, seat) {
    this.view.reactions.push({ name, how, seat });
    this.saving.edit({ step: "react", name, seat, how });
  }

  note(field) {
    const text = this.text(field);
    if (!text.trim()) return;
    const ref = field.split("#")[0] || this.noteAbout || "";
    this.noteAbout = "";
    const note = `${this.client}.${this.saving.number + 1}`; // what it is called from now on
    const at = this.now;
    this.forget(field);
    this.view.notes.push([ref, text, at, note]);
    this.saving.edit({ step: "note", ref, text, note, field, at }, field);
    this.told();
  }

  /** Somebody withdraws: their turns are marked, and nothing of them is shown or written any more (clause P27). */
  withdraw(seat) {
    this.saving.edit({ step: "withdraw", seat });
    this.view.withdrawn.push(seat);
    this.silence();
    this.told();
  }

  /** Break off; where all of it is to be deleted, everybody withdraws, so that each one's words can be (clauses P27, P29). */
  stop(keep) {
    if (!keep) for (const seat of this.present) this.withdraw(seat);
    return super.stop(keep);
  }

  // Keeping up ---------------------------------------------------------------------------------

  courseOf(opened) {
    return new ForumCourse(opened);
  }

  savingOf(outbox) {
    return new ForumSaving(this, outbox);
  }

  restore(view) {
    super.restore(view);
    for (const part of ["turns", "reactions", "withdrawn"]) this.view[part] = [...(view[part] ?? [])];
    this.view.seats ??= [];
    for (const { edit } of this.saving?.waiting ?? []) REDO[edit.step]?.(this, edit);
    this.sort();
    this.silence();
  }

  merge(detail) {
    const { current } = detail.view;
    super.merge(detail);
    if (!this.leads && this.led !== undefined && current !== this.led) this.view.current = current;
    this.led = current;
    this.told();
  }

  /** Take up again what was being written down on a screen of this role before it died. */
  resumeSpeech() {
    this.led = this.view.current;
    for (const [field, text] of [...this.drafts]) {
      const [, question, seat] = new RegExp(`^([^#]*)#turn-${this.role}\\[(.*)\\]$`).exec(field) ?? [];
      if (!question || !text.trim()) continue;
      this.handInTurn();
      this.speech = { ...this.newSpeech(question, seat), field };
      const nods = this.text(nodsOf(field)).split("\n").filter(Boolean);
      this.speech.nods = nods.map((line) => line.split(" "));
    }
  }

  refuse({ edit, faults }) {
    const [{ code }] = faults;
    if (code === "CAPTURE-034") return; // the other screen was quicker, or it stands already
    this.view.turns = this.view.turns.filter((turn) => edit.step !== "turn" || turn.name !== edit.name);
    if (code === "CAPTURE-032") this.tell("left-out", edit);
    else super.refuse({ edit, faults });
  }

  /** Hide what somebody said who withdrew, here as well; the server keeps it marked until it is destroyed. */
  silence() {
    const gone = new Set(this.view.withdrawn);
    if (!gone.size) return;
    const theirs = new Set(this.view.turns.filter((turn) => gone.has(turn.seat)).map((turn) => turn.name));
    this.view.turns = this.view.turns.map((turn) => (theirs.has(turn.name) ? { ...turn, text: "", before: [], withdrawn: true } : turn));
    this.view.reactions = this.view.reactions.filter((each) => !gone.has(each.seat) && !theirs.has(each.name));
    for (const field of [...this.raw.keys(), ...this.drafts.keys()]) {
      if (gone.has(/\[(.*)\]/.exec(field)?.[1])) {
        this.forget(field);
        this.saving?.supersede(field);
      }
    }
    if (gone.has(this.speech?.seat)) this.speech = null;
    this.history?.drop(({ about }) => gone.has(about.seat) || gone.has(/\[(.*)\]/.exec(about.ref ?? "")?.[1]));
  }

  empty({ field, at }) {
    for (const each of [field, nodsOf(field)]) {
      const had = this.text(each) || this.saving.touched.has(each);
      this.forget(each);
      if (had) this.saving.edit({ step: "draft", ref: each, text: "", at }, each);
    }
  }

  forget(field) {
    clearTimeout(this.timers.get(field));
    this.raw.delete(field);
    this.drafts.delete(field);
  }

  sort() {
    this.view.turns.sort((a, b) => a.at - b.at);
  }
}

// What can be undone at a forum only.
const FORUM_STEPS = {
  turn: {
    put: (forum, { name }, side, step) => {
      if (!side) forum.takeTurnBack(name);
      else {
        const known = new Set(forum.view.turns.map((turn) => turn.name));
        forum.handInTurn();
        step.about.name = forum.view.turns.find((turn) => !known.has(turn.name))?.name ?? name;
      }
    },
    holds: (forum, { name, seat, question }, side) => {
      if (side) return forum.view.turns.some((turn) => turn.name === name && !turn.withdrawn);
      return forum.speech?.seat === seat && forum.speech.question === question && Boolean(forum.text(forum.speech.field).trim());
    },
    said: (forum, { seat, question }) => t("turn of {0} on {1}", seat, forum.course.name(question)),
    place: (forum, { question }) => question,
  },
  reseat: {
    put: (forum, _, side) => forum.reseat(side),
    holds: (forum, { question }, side) => forum.speech?.seat === side && forum.speech.question === question,
    said: () => t("the seat of the turn"),
  },
  react: {
    put: (forum, { name, how, seat }, side) => (side ? forum.react(how, seat, forum.view.turns.find((turn) => turn.name === name)) : forum.unreact(name, how, seat)),
    holds: (forum, { name, how, seat }, side) => side === (name
      ? forum.view.reactions.some((each) => each.name === name && each.how === how && each.seat === seat)
      : Boolean(forum.speech?.nods.some(([one, who]) => one === how && who === seat))),
    said: (_, { seat }) => t("how {0} took it", seat),
  },
};

// What was done here and has not arrived yet stays on the screen when news of the other one comes in.
const REDO = {
  turn: (forum, { name, ref, seat, text, at, field }) => {
    forum.drafts.delete(field);
    if (forum.view.turns.some((turn) => turn.name === name)) return;
    forum.view.turns.push({ name, question: ref, number: 0, seat, text, at, withdrawn: false });
  },
  "turn-back": (forum, { name }) => {
    forum.view.turns = forum.view.turns.filter((turn) => turn.name !== name);
    forum.view.reactions = forum.view.reactions.filter((each) => each.name !== name);
  },
  react: (forum, { name, seat, how }) => forum.view.reactions.push({ name, seat, how }),
  unreact: (forum, { name, seat, how }) => {
    forum.view.reactions = forum.view.reactions.filter((each) => each.name !== name || each.seat !== seat || each.how !== how);
  },
  note: (forum, { ref, text, at, note, field }) => {
    forum.drafts.delete(field);
    if (!forum.view.notes.some((each) => each[3] === note)) forum.view.notes.push([ref, text, at, note]);
  },
  withdraw: (forum, { seat }) => forum.view.withdrawn.push(seat),
  confirm: (forum, { ref }) => forum.confirmed.add(ref),
  concern: (forum, { at }) => forum.view.concerns.push(at),
  pause: (forum, { kind }) => Object.assign(forum.view, { phase: "paused", paused: kind }),
  resume: (forum) => Object.assign(forum.view, { phase: "open", paused: "" }),
};

/** The field of the reactions to a turn that is being written down. */
function nodsOf(field) {
  return field.replace("#turn-", "#nods-");
}

function bare(ref) {
  return ref.split("[")[0];
}
