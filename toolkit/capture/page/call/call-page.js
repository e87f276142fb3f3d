// The call page: puts bar, outline, current item and notes together, and leads from one item to the next.
//
// It is one ES module to whoever shows it: `mount(element, base, session)`.

import { Call, foundSaid } from "../core/call.js";
import { Wire } from "../core/wire.js";
import { ask, button, clock, el, say } from "../elements/dom.js";
import { isOpen, openField, place } from "../elements/focus.js";
import { COMMANDS } from "../keyboard/commands.js";
import { SessionPage } from "../keyboard/session-page.js";
import { listen } from "../keyboard/shortcuts.js";
import { concernAgain } from "../views/concern-panel.js";
import { finishing } from "../views/dialogs.js";
import { station } from "../views/item-view.js";
import { runningNotes } from "../views/notes.js";
import { neighbour, outline } from "../views/outline.js";
import { closeWith, focusIn, notOpened, partOf, speaking, whySaid } from "../views/page-frame.js";
import { invent, notReal } from "../views/rehearsal.js";
import { bar, notices } from "../views/top-bar.js";
import { inEnglish, languageName, t, use } from "../words/languages.js";
import { afterView } from "../write-up/write-up.js";
import { beforeView } from "./contact-attempts.js";

const TICK = 1000;
const BEFORE = COMMANDS.filter(([name]) => name === "next"); // nothing else is there to be done before it begins

/**
 * Show a call in an element.
 *
 * @param {HTMLElement} root
 * @param {URL} base Address of the service, ending in "/toolkit/".
 * @param {string} session Id of the session.
 * @param {AbortSignal} signal Takes the call away again; what is not saved yet waits in the browser.
 */
export async function mount(root, base, session, signal = new AbortController().signal) {
  root.classList.add("call-page");
  ask.root = root;
  const wire = new Wire(base, session);
  while (!signal.aborted) {
    try {
      const call = await Call.open(wire);
      closeWith(signal, call, root);
      speaking(root, call);
      if (call.phase === "not-begun") await beginView(root, call);
      return new Page(root, call, signal);
    } catch (fault) {
      await notOpened(root, fault);
    }
  }
  return null;
}

class Page extends SessionPage {
  constructor(root, call, signal) {
    super(root, call, COMMANDS, signal);
    this.keep = null;
    this.notices = notices(call);
    this.middle = el(`${partOf(root)}.middle`, { tabindex: "-1" });
    this.build();
    listen(root, this, signal);
    call.addEventListener("change", () => this.sync());
    call.addEventListener("parked", ({ detail }) => this.parked(detail));
    call.addEventListener("refused", ({ detail }) => this.refused(detail));
    call.saving.addEventListener("change", () => this.sync());
    root.addEventListener("focusin", ({ target }) => (this.held = target), { signal });
    document.addEventListener("selectionchange", () => this.mark(), { signal });
    window.addEventListener("beforeunload", (event) => call.saving.state.waiting && event.preventDefault(), { signal });
    window.addEventListener("pagehide", () => call.wire.leave(call.client), { signal });
    const timer = setInterval(() => this.sync(), TICK);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.recovered();
    this.return();
    concernAgain(call);
  }

  /** Everything around the middle, in the language that is spoken. */
  build() {
    const { root, call } = this;
    const refocus = focusIn(root);
    this.saidIn = speaking(root, call);
    this.bar = bar(call, this.acts);
    this.outline = outline(call, (ref) => this.jump(ref));
    this.notes = runningNotes(call);
    this.side = el("div.side", {}, this.outline.element, this.notes.element);
    root.replaceChildren(this.bar.element, this.notices.element, el("div.columns", {}, this.side, this.middle));
    refocus();
  }

  actions() {
    return {
      ...super.actions(),
      return: () => this.cameFrom && this.jump(this.cameFrom),
      invent: () => invent(this.call).catch((fault) => this.notices.show("invent", whySaid(fault), [], "bad")),
    };
  }

  // Where we are -------------------------------------------------------------------------------

  /** Come back to where the cursor was; at the first time, to the first station. */
  return() {
    const { call } = this;
    const was = call.place;
    const start = call.course.stations(call.route)[0].ref;
    this.go(call.view.current || was?.ref || start, false);
    const field = was?.field && this.root.querySelector(`[data-field="${CSS.escape(was.field)}"]`);
    if (field && was.ref === call.view.current) {
      field.focus();
      if (field.setSelectionRange && was.start !== null) {
        // Behind the last letter it stays there, even if the last letters came after the last look.
        const [start, end] = was.last ? [field.value.length, field.value.length] : [was.start, was.end];
        field.setSelectionRange(start, end);
      }
    } else this.toFirst();
  }

  /** Bring the cursor to where the work is: a field, a choice, or what is to be read; never a button. */
  toFirst() {
    const first = this.shown?.first();
    place(first?.isConnected ? first : this.middle);
  }

  go(ref, focus = true) {
    this.call.handInAll();
    this.call.keepNotes();
    for (const key of ["parked", "found", "undo"]) if (focus) this.notices.hide(key);
    this.call.visit(ref);
    this.draw();
    if (focus) this.toFirst();
    requestAnimationFrame(() => (this.middle.scrollTop = 0)); // at once it would lay out the page twice
  }

  /** Go somewhere out of turn, and remember from where. */
  jump(ref) {
    if (["finished", "stopped"].includes(this.call.phase)) {
      place(this.middle.querySelector(`[data-answer="${CSS.escape(ref)}"]`));
      return;
    }
    if (ref !== this.call.view.current) this.cameFrom = this.call.view.current;
    this.go(ref);
  }

  step(by) {
    this.call.handInAll(); // what is handed in may open or close a branch
    const to = neighbour(this.call, by);
    if (to) this.go(to);
  }

  /** On, from a script by saying that it was said. */
  onward() {
    if (this.shown?.onward) this.shown.onward();
    else this.step(1);
  }

  /** To the end, and there, once it is in view, to finish: what is open is listed first. */
  finish() {
    const { ending } = this.call.route;
    if (this.call.view.current !== ending) this.jump(ending);
    else finishing(this.call, this.shown);
  }

  // Drawing ------------------------------------------------------------------------------------

  draw() {
    const { call } = this;
    const { current } = call.view;
    const over = ["finished", "stopped"].includes(call.phase);
    const key = `${this.state()}${over ? "" : current}`;
    if (this.keep !== key) {
      this.keep = key;
      const refocus = focusIn(this.middle);
      this.shown = over ? afterView(call) : call.phase === "paused" ? this.pauseView()
        : station(call, current, (ref) => this.go(ref), () => this.step(1));
      const last = over || call.phase === "paused";
      const noting = call.phase === "paused" || (call.phase === "open" && call.course.endings.has(current));
      if (!noting) this.side.append(this.notes.element);
      // Where nothing is asked, what is typed is a running note: its field stands where one looks.
      this.middle.replaceChildren(this.shown.element, noting ? this.notes.element : "", last ? "" : this.footer(call.course.endings.has(current)));
      this.shown.sync();
      if (last) this.toFirst();
      refocus();
    }
    this.sync();
  }

  /** What the page is drawn for, besides the place: phase and language. */
  state() {
    return `${this.call.phase} ${this.call.course.language} `;
  }

  sync() {
    use(this.call.course.language);
    if (this.saidIn !== this.call.course.language) {
      this.notices.keep(this.saidIn);
      this.build();
    }
    if (this.keep !== null && !this.keep.startsWith(this.state())) {
      this.draw();
      return;
    }
    this.bar.sync();
    this.notices.sync();
    this.outline.sync();
    this.notes.sync();
    this.shown?.sync();
    // What had the cursor is gone: a button of a notice, a tag. Keys go on working from the middle.
    if (this.held && !this.held.isConnected && document.activeElement === document.body) place(isOpen(this.last.field) ? this.last.field : this.middle, { preventScroll: true });
  }

  footer(last) {
    const from = this.cameFrom !== this.call.view.current && this.cameFrom;
    const script = Boolean(this.shown?.onward); // it has a button of its own that leads on
    return el("p.buttons.steps", {},
      button(t("‹ Back"), () => this.step(-1), { title: "Ctrl+Shift+Enter" }),
      from ? button(t("↩ To {0}, where you were", this.call.course.endings.has(from) ? t("the end") : this.call.course.name(from)), () => this.jump(from), { title: "Alt+B" }) : null,
      last || script ? null : button(t("Next ›"), () => this.step(1), { title: "Ctrl+Enter" }));
  }

  pauseView() {
    const { call } = this;
    const since = performance.now();
    const time = el("span");
    const go = button(t("Go on"), () => this.pause(), { class: "main", title: "Alt+P" });
    const element = el("section.paused", { "aria-label": t("Pause"), tabindex: "-1" },
      el("p.say", {}, t("Paused. Take the time it needs.")),
      el("p", {}, call.view.paused === "distress" ? t("They are distressed: ") : t("A break: "), time),
      el("p", {}, t("Notes, a concern and stopping are possible; nothing is asked.")), el("p.buttons", {}, go));
    return { element, sync: () => say(time, clock(performance.now() - since)), first: () => element };
  }

  // What happens -------------------------------------------------------------------------------

  async pause() {
    const { call } = this;
    if (call.phase === "paused") {
      call.resume();
      this.keep = null;
      this.draw();
      this.toFirst();
      return;
    }
    if (call.phase !== "open") return;
    const kind = await ask(t("Pause"), [el("p", {}, t("The clock of the questions stops."))], [
      ["distress", t("They are distressed"), { "data-enter": "", title: "Enter" }], ["break", t("A break")], ["", t("Go on talking")],
    ]);
    if (kind) call.pause(kind);
  }

  parked({ closed, ref, before }) {
    const names = new Set(closed.map((each) => this.call.course.name(this.call.course.questionOf(each))));
    const undo = [[t("Undo"), () => void (this.call.history.isLast(ref) ? this.undo() : before ? this.call.answer(ref, before) : this.call.unsay(ref))]];
    this.notices.show("parked", t("Parked, because of this answer: {0}. Kept, and not counted.", [...names].join(", ")), undo);
  }

  refused({ edit, faults }) {
    const said = faults.map((fault) => `${fault.place}: ${fault.found}. ${fault.remedy}.`).join(" ");
    this.notices.show(`refused ${edit.ref}`, inEnglish(`Not saved. ${said}`), [], "bad");
  }

  recovered() {
    const { call } = this;
    if (call.found.saved) this.notices.show("found", foundSaid(call.found, call.drafts), [], "good");
    else if (call.view.current) this.notices.show("found", t("The call goes on where it was; nothing was missing."), [], "good");
    for (const { edit, faults } of call.found.refused) {
      const text = edit.text || edit.answer?.value || "";
      this.notices.show(`lost ${edit.number}`, inEnglish(`Could not be saved (${faults[0].found}): ${text}`), [], "bad");
    }
  }
}

// Before the call ------------------------------------------------------------------------------

function beginView(root, call) {
  const began = new AbortController();
  return new Promise((resolve) => {
    const page = { call, commands: BEFORE, acts: { next: () => root.querySelector("button.begin").click() }, typingField: () => openField(root) };
    listen(root, page, began.signal);
    place(drawBegin(root, call, resolve));
  }).finally(() => began.abort());
}

function drawBegin(root, call, resolve) {
  speaking(root, call);
  const wrong = el("p.wrong", { role: "alert" });
  const { languages } = call.course.guide;
  const choice = el("select", { id: "language", onchange: () => {
    call.course.language = choice.value;
    drawBegin(root, call, resolve);
    root.querySelector("#language").focus();
  } }, languages.map((each) => el("option", { value: each, lang: each, selected: each === call.course.language }, languageName(each))));
  const begin = button(t("Begin the call"), async () => {
    say(wrong, "");
    begin.disabled = true; // once is enough
    try {
      await call.begin(choice.value);
      resolve();
    } catch (fault) {
      begin.disabled = false;
      say(wrong, whySaid(fault));
    }
  }, { class: "main begin", title: "Ctrl+Enter" });
  const head = el("h1", { tabindex: "-1" }, t("Call {0}", call.opened.session));
  root.replaceChildren(el(`${partOf(root)}.before`, {}, head,
    el("p", {}, call.opened.title), notReal(call.opened, "p") ?? "",
    languages.length > 1 ? el("p", {}, el("label", { for: "language" }, t("Language ")), choice) : "",
    el("p", {}, t("The clock starts when you begin. Say the opening first; then come the questions.")), begin, wrong,
    beforeView(call, whySaid)));
  return head;
}
