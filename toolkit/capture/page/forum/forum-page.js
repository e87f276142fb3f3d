// The forum page: bar, outline, the question with what is said on it, and the seats.
//
// It is one ES module to whoever shows it: `mountForum(element, base, session)`.

import { foundSaid } from "../core/call.js";
import { ask, button, clock, el, say } from "../elements/dom.js";
import { isOpen, place } from "../elements/focus.js";
import { reopen } from "../elements/form-recovery.js";
import { SessionPage } from "../keyboard/session-page.js";
import { listen } from "../keyboard/shortcuts.js";
import { concernAgain } from "../views/concern-panel.js";
import { finishing, reopening, stop } from "../views/dialogs.js";
import { station } from "../views/item-view.js";
import { runningNotes } from "../views/notes.js";
import { neighbour, outline } from "../views/outline.js";
import { closeWith, focusIn, notOpened, partOf, speaking, whySaid } from "../views/page-frame.js";
import { inventTurn } from "../views/rehearsal.js";
import { bar, notices } from "../views/top-bar.js";
import { inEnglish, t, use } from "../words/languages.js";
import { writing } from "../write-up/write-up.js";
import { seating, waiting, whoseScreen } from "./before-forum.js";
import { discussion } from "./discussion.js";
import { FORUM_COMMANDS, forumKey, SEAT_KEYS } from "./forum-shortcuts.js";
import { Forum, ForumWire, ROLES } from "./forum.js";
import { seatMap } from "./seat-map.js";
import { correctTurn } from "./turn-correction.js";
import { turnReview } from "./turns.js";

const TICK = 1000;
const VERBS = { agree: "agrees", disagree: "disagrees", nod: "nods" };

/**
 * Show a forum in an element.
 *
 * @param {HTMLElement} root
 * @param {URL} base Address of the service, ending in "/toolkit/".
 * @param {string} session Id of the forum.
 * @param {AbortSignal} signal Takes the forum away again; what is not saved yet waits in the browser.
 * @param {{role?: string, joined?: (role: string) => void}} screen Whose screen it is, "facilitator" or
 *   "note-taker"; the page asks where it is neither, and tells what was said.
 */
export async function mountForum(root, base, session, signal = new AbortController().signal, screen = {}) {
  root.classList.add("call-page", "forum-page");
  root.tabIndex = -1; // a click between the fields must not take the keys away
  ask.root = root;
  const role = ROLES.includes(screen.role) ? screen.role : await whoseScreen(root, session);
  screen.joined?.(role);
  const wire = new ForumWire(base, session, role);
  while (!signal.aborted) {
    try {
      const forum = await Forum.open(wire);
      closeWith(signal, forum, root);
      speaking(root, forum);
      if (forum.phase === "not-begun") await (forum.leads ? seating(root, forum) : waiting(root, forum, signal));
      if (!signal.aborted) return new ForumPage(root, forum, signal);
    } catch (fault) {
      await notOpened(root, fault);
    }
  }
  return null;
}

class ForumPage extends SessionPage {
  constructor(root, forum, signal) {
    super(root, forum, FORUM_COMMANDS, signal);
    this.forum = forum;
    this.keep = null;
    this.armed = "";
    this.chosen = "";
    this.words = new Map(); // notices with words in them, and whose they are
    this.silent = new Set(); // seats that withdrew, of whom nothing is shown any more
    forum.resumeSpeech();
    this.notices = notices(forum);
    this.middle = el(`${partOf(root)}.middle`, { tabindex: "-1" });
    this.aloud = el("p.unseen", { role: "status" });
    this.build();
    this.listen(signal);
    this.recovered();
    this.return();
    concernAgain(forum);
    reopen(forum, "turn", ({ of }) => this.correct(of));
  }

  /** Everything around the middle, in the language that is spoken. */
  build() {
    const { root, forum, acts } = this;
    const refocus = focusIn(root);
    this.saidIn = speaking(root, forum);
    this.bar = bar(forum, acts);
    this.bar.element.querySelector("h1").after(el("span.role", {}, forum.leads ? t("facilitator") : t("note taker")));
    this.outline = outline(forum, (ref) => this.go(ref));
    this.notes = runningNotes(forum, `#note-${forum.role}`);
    this.seats = seatMap(forum, acts);
    this.talk = discussion(forum, acts, () => this.chosen, (ref) => this.go(ref));
    this.side = el("div.side", {}, this.outline.element, this.notes.element);
    root.replaceChildren(this.bar.element, this.notices.element, this.aloud,
      el("div.columns", {}, this.side, this.middle, this.seats.element));
    refocus();
  }

  listen(signal) {
    const { root, forum } = this;
    listen(root, this, signal);
    forum.addEventListener("change", () => this.sync());
    forum.addEventListener("refused", ({ detail }) => this.refused(detail));
    forum.addEventListener("left-out", () => this.notices.show("left-out", t("Somebody has withdrawn: what was still coming in of them is not kept."), []));
    forum.saving.addEventListener("change", () => this.sync());
    document.addEventListener("selectionchange", () => this.mark(), { signal });
    window.addEventListener("beforeunload", (event) => forum.saving.state.waiting && event.preventDefault(), { signal });
    window.addEventListener("pagehide", () => forum.wire.leave(forum.client), { signal });
    const timer = setInterval(() => this.sync(), TICK);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  actions() {
    const { call: forum } = this;
    return {
      ...super.actions(),
      return: () => this.cameFrom && this.go(this.cameFrom),
      stop: () => this.stop(),
      invent: () => inventTurn(forum).catch((fault) => this.notices.show("invent", whySaid(fault), [], "bad")),
      leave: () => this.toFirst(),
      keep: () => this.keepTurn(),
      reseat: (seat) => this.reseat(seat),
      react: (how, seat) => this.react(how, seat),
      armed: () => this.armed,
      choose: (name) => this.choose(name),
      move: (by) => this.move(by),
      speak: (seat) => this.beginTurn(seat),
      correct: (name) => this.correct(typeof name === "string" ? name : undefined),
      withdraw: () => this.withdraw(),
      agree: () => this.arm("agree"),
      disagree: () => this.arm("disagree"),
      nod: () => this.arm("nod"),
      seats: () => place(this.seats.row),
    };
  }

  get keys() {
    return SEAT_KEYS;
  }

  can(command) {
    const { forum } = this;
    if (["agree", "disagree", "nod", "correct"].includes(command)) return forum.phase === "open" && (Boolean(forum.speech) || forum.turns(forum.topic).length > 0);
    if (command === "withdraw") return !this.over;
    return super.can(command);
  }

  /** What this page does with a key by itself: seats by number, and turns by arrow. */
  keyed(event) {
    return forumKey(event, this.forum, this);
  }

  typingField(from) {
    if (this.armed) this.arm("");
    const { speech } = this.forum;
    const control = from?.matches?.("input, select") && from.closest("[data-ref]");
    return speech && !control && isOpen(this.talk.area) ? this.talk.area : super.typingField(from);
  }

  /** People talk about it, on two screens: a note on it is written among the running notes of this one. */
  noteField(from) {
    const { forum } = this;
    if (!forum.topic || from?.closest?.("[data-ref]")?.querySelector(":scope > .noting")) return super.noteField(from);
    if (!forum.text(`#note-${forum.role}`).trim()) forum.noteAbout = forum.topic;
    this.notes.sync();
    return this.runningField();
  }

  // Turns --------------------------------------------------------------------------------------

  beginTurn(seat) {
    this.chosen = "";
    this.forum.speak(seat);
    this.sync();
    if (this.forum.speech?.seat === seat) place(this.talk.area);
  }

  keepTurn() {
    const { speech } = this.forum;
    this.forum.handInTurn();
    this.chosen = "";
    this.notices.hide("found");
    this.toFirst();
    if (speech) say(this.aloud, t("Turn of {0} kept.", speech.seat));
  }

  reseat(seat) {
    this.forum.reseat(seat);
    place(this.talk.area);
  }

  /** Somebody reacts: the seat is said by its number, in the row of seats. */
  arm(how) {
    if (how && !this.can(how)) return;
    if (how && !this.armed) this.fromField = document.activeElement;
    this.armed = how;
    this.sync();
    if (how) place(this.seats.row);
    else if (document.activeElement === this.seats.row) this.backFromSeats();
  }

  /** Back to where the cursor was before a seat was asked for. */
  backFromSeats() {
    if (isOpen(this.fromField)) place(this.fromField);
    else this.toFirst();
  }

  /** A reaction is to the turn that is chosen, else to the one being written, else to the last one. */
  react(how, seat) {
    const { forum } = this;
    const turns = forum.topic ? forum.turns(forum.topic) : [];
    const chosen = turns.find((turn) => turn.name === this.chosen);
    const turn = chosen ?? (forum.speech ? undefined : turns.at(-1));
    const done = forum.react(how, seat, turn);
    const whom = turn?.seat ?? forum.speech?.seat;
    say(this.aloud, done ? t("{0} {1} with {2}.", seat, t(VERBS[how]), whom) : t("Not recorded: it stands already, or it is their own turn."));
    if (this.armed) this.arm("");
    this.sync();
  }

  choose(name) {
    this.chosen = this.chosen === name ? "" : name;
    this.sync();
  }

  /** The turn of that name; else the one that is chosen, or the last one. */
  correct(name = this.chosen) {
    const { turns } = this.forum.view;
    return correctTurn(this.forum, turns.find((each) => each.name === name) ?? this.forum.turns(this.forum.topic).at(-1));
  }

  move(by) {
    const turns = this.forum.turns(this.forum.topic);
    const at = turns.findIndex((turn) => turn.name === this.chosen);
    const to = Math.max(0, (at < 0 ? turns.length : at) + by);
    this.chosen = turns[to]?.name ?? "";
    this.sync();
    this.root.querySelector(".turn.chosen")?.scrollIntoView({ block: "nearest" });
    const turn = turns[to];
    say(this.aloud, turn ? `${turn.seat}: ${turn.text}` : t("The last turn is meant."));
  }

  async withdraw() {
    const { forum } = this;
    const seat = await ask(t("Somebody withdraws"), [
      el("p", {}, t("Who wants to pull out? Everything that they said so far is marked, counts no more, and is shown no more; nothing more of them is written down (clause P27).")),
      el("p", {}, t("Let the support worker go with them.")),
    ], [...forum.present.map((each) => [each, each, {}]), ["", t("Nobody")]]);
    if (!seat) return;
    const sure = await ask(t("{0} withdraws", seat), [el("p", {}, t("This cannot be taken back."))], [
      [seat, t("Yes, {0} withdraws", seat), {}], ["", t("No")],
    ]);
    if (!sure) return;
    forum.withdraw(seat);
    this.notices.show(`gone ${seat}`, t("{0} withdrew: their turns are marked and count no more. {1}", seat, destroyedHow(forum, [seat])), []);
    this.toFirst();
  }

  // Where we are -------------------------------------------------------------------------------

  /** Come back to where the cursor was; at the first time, to the first station. */
  return() {
    const { forum } = this;
    const { place: was } = forum;
    this.go(forum.view.current || forum.course.stations(forum.route)[0].ref, false);
    const field = was?.field && this.root.querySelector(`[data-field="${CSS.escape(was.field)}"]`);
    if (!field || field.closest("[hidden]")) {
      this.toFirst();
      return;
    }
    field.focus();
    if (!field.setSelectionRange || was.start === null) return;
    // Behind the last letter it stays there, even if the last letters came after the last look.
    const [start, end] = was.last ? [field.value.length, field.value.length] : [was.start, was.end];
    field.setSelectionRange(start, end);
  }

  go(ref, focus = true) {
    this.forum.handInAll();
    this.forum.keepNotes();
    this.chosen = "";
    for (const key of ["left-out", "found", "undo"]) if (focus) this.notices.hide(key);
    if (ref !== this.forum.view.current) this.cameFrom = this.forum.view.current;
    this.forum.visit(ref);
    this.draw();
    if (focus) this.toFirst();
  }

  /** Bring the cursor to where the work is: a field, the row of seats, or what is to be read; never a button. */
  toFirst() {
    const { forum } = this;
    const first = forum.speech ? this.talk.area : forum.topic && forum.phase === "open" && !forum.gate(forum.topic).length ? this.seats.row : this.shown?.first();
    place(first?.isConnected ? first : this.middle);
  }

  /** On, from a script by saying that it was said. */
  onward() {
    if (this.shown?.onward) this.shown.onward();
    else this.step(1);
  }

  /** To the end, and there, once it is in view, to finish: what is open is listed first. */
  finish() {
    const { ending } = this.forum.route;
    if (this.forum.view.current !== ending) this.go(ending);
    else finishing(this.forum, this.shown);
  }

  step(by) {
    const to = neighbour(this.forum, by);
    if (to) this.go(to);
  }

  // Drawing ------------------------------------------------------------------------------------

  draw() {
    const { forum } = this;
    const { current } = forum.view;
    const over = ["finished", "stopped"].includes(forum.phase);
    const key = [over || forum.phase === "paused" ? forum.phase : "open", over ? "" : current, forum.course.language].join(" ");
    if (this.keep !== key) {
      const had = this.middle.contains(document.activeElement) ? document.activeElement : null;
      this.keep = key;
      const noting = !over && (forum.phase === "paused" || forum.course.endings.has(current));
      if (!noting) this.side.append(this.notes.element);
      this.shown = over ? this.after() : forum.phase === "paused" ? this.pauseView() : this.stationView(current);
      const steps = over || forum.phase === "paused" ? "" : this.footer(forum.course.endings.has(current));
      const talk = !over && (forum.topic || forum.speech) ? this.talk.element : "";
      // Where nothing is asked, what is typed is a running note: its field stands where one looks.
      this.middle.replaceChildren(this.shown.element, talk, noting ? this.notes.element : "", steps);
      this.middle.classList.toggle("talking", Boolean(talk));
      if (had?.isConnected && isOpen(had)) place(had);
      else if (had) this.toFirst();
    }
    this.sync();
  }

  stationView(ref) {
    const { forum } = this;
    if (forum.topic) return this.talk.head(ref);
    return station(forum, ref, (to) => this.go(to), () => this.step(1));
  }

  sync() {
    const { forum } = this;
    use(forum.course.language);
    this.silence();
    if (this.saidIn !== forum.course.language) {
      this.notices.keep(this.saidIn);
      this.build();
    }
    const over = ["finished", "stopped"].includes(forum.phase);
    if (over && forum.speech) forum.handInTurn();
    const key = [over || forum.phase === "paused" ? forum.phase : "open", over ? "" : forum.view.current, forum.course.language].join(" ");
    const talking = !over && Boolean(forum.topic || forum.speech);
    if (this.keep !== null && (this.keep !== key || talking !== this.middle.classList.contains("talking"))) {
      this.keep = "";
      this.draw();
      return;
    }
    for (const part of [this.bar, this.notices, this.outline, this.notes, this.seats, this.talk]) part.sync();
    this.shown?.sync();
  }

  footer(last) {
    return el("p.buttons.steps", {},
      button(t("‹ Back"), () => this.step(-1), { title: "Ctrl+Shift+Enter" }),
      last || this.shown.onward ? null : button(t("Next ›"), () => this.step(1), { title: "Ctrl+Enter" }));
  }

  pauseView() {
    const { forum } = this;
    const since = performance.now();
    const time = el("span");
    const go = button(t("Go on"), () => this.pause(), { class: "main", title: "Alt+P" });
    const element = el("section.paused", { "aria-label": t("Pause"), tabindex: "-1" },
      el("p.say", {}, t("Paused. Take the time it needs.")),
      el("p", {}, forum.view.paused === "distress" ? t("Somebody is distressed: ") : t("A break: "), time),
      el("p", {}, t("What was said before may still be written down; nothing is asked.")), el("p.buttons", {}, go));
    return { element, sync: () => say(time, clock(performance.now() - since)), first: () => element };
  }

  after() {
    if (this.forum.leads) return this.writeUp();
    const element = el("section.after", { "aria-label": t("After the forum") },
      el("p.say", {}, t("The forum is over. Thank you.")),
      el("p", {}, t("Everything on this screen is handed in once the bar says that it is saved. The write-up is on the facilitator’s screen.")));
    return { element, sync: () => {}, first: () => null };
  }

  /** After the end, what was heard and the themes, and the turns, to be corrected with a reason. */
  writeUp() {
    const { forum } = this;
    const parts = forum.view.kept
      ? [writing(forum, "write-up", t("Write up what you heard"), t("While it is fresh (clauses P08, P13)")), writing(forum, "themes", t("Themes you see"), t("One on a line (clause P13)"))]
      : [];
    const review = forum.view.kept ? turnReview(forum, this.acts) : null;
    const again = button(t("Take finishing back …"), () => reopening(forum));
    const facts = forum.view.kept ? t("Nobody can withdraw from it any more (clause P27).")
      : t("What was said is to be deleted. Nothing more is written. {0}", destroyedHow(forum, forum.view.seats));
    const element = el("section.after", { "aria-label": t("After the forum") },
      el("p.say", {}, forum.phase === "stopped" ? t("The forum was stopped.") : t("The forum is finished.")),
      el("p", {}, t("It counts as “{0}” and took {1}. {2}", forum.view.disposition, clock(forum.elapsed), facts)),
      el("p.buttons", {}, again), parts.map((each) => each.element), review?.element);
    const sync = () => {
      again.hidden = !forum.mayReopen;
      [...parts, ...(review ? [review] : [])].forEach((each) => each.sync());
    };
    return { element, sync, first: () => parts[0]?.input ?? null, field: () => parts[0]?.input ?? null };
  }

  // What happens -------------------------------------------------------------------------------

  async pause() {
    const { forum } = this;
    if (forum.phase === "paused") {
      forum.resume();
      this.toFirst();
      return;
    }
    if (forum.phase !== "open") return;
    const kind = await ask(t("Pause"), [el("p", {}, t("The clock of the questions stops."))], [
      ["distress", t("Somebody is distressed"), { "data-enter": "", title: "Enter" }], ["break", t("A break")], ["", t("Go on talking")],
    ]);
    if (!kind) return;
    forum.pause(kind);
    this.toFirst();
  }

  stop() {
    if (this.forum.leads) return stop(this.forum);
    return ask(t("Stop the forum for good"), [el("p", {}, t("The facilitator does that, on the other screen: the choice to keep or delete is the participants’ (clause P29)."))],
      [["", t("Back to the forum")]]);
  }

  refused({ edit, faults }) {
    const why = faults.map((fault) => `${fault.place}: ${fault.found}. ${fault.remedy}.`).join(" ");
    const said = edit.step === "turn" ? ` Copy it: ${edit.seat}: ${edit.text}` : "";
    this.show(`refused ${edit.ref} ${edit.name ?? ""}`, edit, inEnglish(`Not saved. ${why}${said}`));
  }

  recovered() {
    const { forum } = this;
    if (forum.found.saved) this.notices.show("found", foundSaid(forum.found, forum.drafts), [], "good");
    else if (forum.place) this.notices.show("found", t("The forum goes on where it was; nothing was missing."), [], "good");
    for (const { edit, faults } of forum.found.refused) {
      if (["CAPTURE-032", "CAPTURE-034"].includes(faults[0].code)) continue;
      this.show(`lost ${edit.number}`, edit, inEnglish(`Could not be saved (${faults[0].found}): ${edit.text || edit.answer?.value || ""}`));
    }
  }

  /** Show what was not saved, with the words, as long as who said them has not withdrawn. */
  show(key, edit, text) {
    this.words.set(key, edit.seat || /\[(.*)\]/.exec(edit.ref)?.[1] || "");
    this.notices.show(key, text, [], "bad");
  }

  /** Nobody's words stay in a notice, or where they are read out, once they have withdrawn. */
  silence() {
    const gone = this.forum.view.withdrawn.filter((seat) => !this.silent.has(seat));
    for (const seat of gone) this.silent.add(seat);
    if (gone.length) say(this.aloud, "");
    for (const [key, seat] of this.words) if (gone.includes(seat)) this.notices.hide(key);
  }
}

/** Nothing is gone by itself: the way that leads there. */
function destroyedHow({ opened }, seats) {
  if (opened.rehearsal) return t("A rehearsal goes when it ends.");
  return t("The words are there until this is run on this machine: {0}", seats.map((seat) => `toolkit participant withdraw ${seat}`).join("; "));
}
