// The call page: puts bar, outline, station and notes together, and leads from one station to the next.
//
// It is one ES module to whoever shows it: `mount(element, base, session)`.

import { bar, notices } from "./bar.js";
import { Call, foundSaid } from "./call.js";
import { ask, button, clock, el, say } from "./dom.js";
import { words } from "./fields.js";
import { listen, SHEET } from "./keys.js";
import { outline } from "./outline.js";
import { afterView, station } from "./stations.js";
import { Refused, SignedOut, Wire } from "./wire.js";

const TICK = 1000;

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
      if (call.phase === "not-begun") await beginView(root, call);
      return new Page(root, call, signal);
    } catch (fault) {
      await notOpened(root, fault);
    }
  }
  return null;
}

/** When the call is taken away, nothing can be typed into it any more. */
function closeWith(signal, call, root) {
  const close = () => {
    call.close();
    root.replaceChildren(el("p.before", {}, "This view of the call was closed. Open it again to go on."));
  };
  if (signal.aborted) close();
  signal.addEventListener("abort", close);
}

/** What the page is of its window: the main part, or, below a cell, a section of it. */
function partOf(root) {
  return root.dataset.part ?? "main";
}

class Page {
  constructor(root, call, signal) {
    Object.assign(this, { root, call });
    this.keep = null;
    this.bar = bar(call, this.acts());
    this.notices = notices(call);
    this.outline = outline(call, (ref) => this.go(ref));
    this.notes = this.runningNotes();
    this.middle = el(`${partOf(root)}.middle`, { tabindex: "-1" });
    root.replaceChildren(this.bar.element, this.notices.element,
      el("div.columns", {}, el("div.side", {}, this.outline.element, this.notes.element), this.middle));
    listen(root, call, this.acts());
    call.addEventListener("change", () => this.sync());
    call.addEventListener("parked", ({ detail }) => this.parked(detail));
    call.addEventListener("refused", ({ detail }) => this.refused(detail));
    call.saving.addEventListener("change", () => this.sync());
    document.addEventListener("selectionchange", () => this.mark(), { signal });
    window.addEventListener("beforeunload", (event) => call.saving.state.waiting && event.preventDefault(), { signal });
    window.addEventListener("pagehide", () => call.wire.leave(call.client), { signal });
    const timer = setInterval(() => this.sync(), TICK);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.recovered();
    this.return();
  }

  acts() {
    return {
      next: () => this.step(1),
      back: () => this.step(-1),
      find: () => this.outline.search.focus(),
      notes: () => this.toNotes(),
      quote: () => quote(this.call),
      number: (digit) => this.number(digit),
      concern: () => concern(this.call),
      support: () => support(this.call),
      pause: () => this.pause(),
      stop: () => stop(this.call),
      help: () => help(),
    };
  }

  // Where we are -------------------------------------------------------------------------------

  /** Come back to where the cursor was; at the first time, to the first station. */
  return() {
    const { call } = this;
    const place = call.place;
    const start = call.course.stations(call.route)[0].ref;
    this.go(call.view.current || place?.ref || start, false);
    const field = place?.field && this.root.querySelector(`[data-field="${CSS.escape(place.field)}"]`);
    if (field && place.ref === call.view.current) {
      field.focus();
      if (field.setSelectionRange && place.start !== null) {
        // Behind the last letter it stays there, even if the last letters came after the last look.
        const [start, end] = place.last ? [field.value.length, field.value.length] : [place.start, place.end];
        field.setSelectionRange(start, end);
      }
    } else this.shown?.first()?.focus();
  }

  go(ref, focus = true) {
    this.call.handInAll();
    for (const key of ["parked", "found"]) if (focus) this.notices.hide(key);
    this.call.visit(ref);
    this.draw();
    if (focus) this.shown?.first()?.focus();
    this.middle.scrollTop = 0;
  }

  /** The next station that is open, or the one before; behind the last comes the ending. */
  step(by) {
    const { call } = this;
    call.handInAll();
    const way = call.course.stations(call.route).filter((each) => each.open).map((each) => each.ref);
    if (call.route.ending) way.push(call.route.ending);
    const at = way.indexOf(call.view.current);
    const to = at < 0 ? 0 : Math.max(0, Math.min(way.length - 1, at + by));
    if (way[to] !== call.view.current) this.go(way[to]);
  }

  number(digit) {
    this.outline.search.focus();
    this.outline.search.value = digit;
    this.outline.search.dispatchEvent(new Event("input"));
    return true;
  }

  toNotes() {
    const area = this.notes.input.element;
    if (document.activeElement === area) (this.before ?? this.shown?.first())?.focus();
    else {
      this.before = document.activeElement;
      area.focus();
    }
  }

  // Drawing ------------------------------------------------------------------------------------

  draw() {
    const { call } = this;
    const { current } = call.view;
    const over = ["finished", "stopped"].includes(call.phase);
    const key = `${call.phase} ${over ? "" : current} ${call.course.language}`;
    if (this.keep !== key) {
      this.keep = key;
      this.shown = over ? afterView(call) : call.phase === "paused" ? this.pauseView()
        : station(call, current, (ref) => this.go(ref), () => this.step(1));
      const last = over || call.phase === "paused";
      this.middle.replaceChildren(this.shown.element, last ? "" : this.footer(call.course.endings.has(current)));
      if (over || call.phase === "paused") this.shown.first()?.focus();
    }
    this.sync();
  }

  sync() {
    const key = `${this.call.phase} `;
    if (this.keep !== null && !this.keep.startsWith(key)) {
      this.draw();
      return;
    }
    this.bar.sync();
    this.notices.sync();
    this.outline.sync();
    this.notes.sync();
    this.shown?.sync();
  }

  footer(last) {
    return el("p.buttons.steps", {},
      button("‹ Back", () => this.step(-1), { title: "Ctrl+Shift+Enter" }),
      last ? null : button("Next ›", () => this.step(1), { title: "Ctrl+Enter" }));
  }

  pauseView() {
    const { call } = this;
    const since = performance.now();
    const time = el("span");
    const go = button("Go on", () => this.pause(), { class: "main", title: "Alt+P" });
    const element = el("section.paused", { "aria-label": "Pause" },
      el("p.say", {}, "Paused. Take the time it needs."),
      el("p", {}, call.view.paused === "distress" ? "They are distressed: " : "A break: ", time),
      el("p", {}, "Notes, a concern and stopping are possible; nothing is asked."), el("p.buttons", {}, go));
    return { element, sync: () => say(time, clock(performance.now() - since)), first: () => go };
  }

  runningNotes() {
    const field = "#note";
    const { call } = this;
    const list = el("ul.notes");
    const input = words(call, field, { class: "note", "aria-label": "Running notes", placeholder: "Running notes. Enter keeps one" }, () => {});
    const keep = () => {
      call.note(field);
      input.element.value = "";
    };
    input.element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.ctrlKey) return;
      event.preventDefault();
      keep();
    });
    const element = el("section.running", { "aria-label": "Running notes" }, list, input.element);
    const sync = () => {
      element.hidden = ["finished", "stopped"].includes(call.phase);
      input.sync();
      const said = call.view.notes.filter((note) => !note[0]);
      if (list.childElementCount !== said.length) {
        list.replaceChildren(...said.map((note) => el("li", {}, el("time", {}, clock(note[2])), ` ${note[1]}`)));
        list.scrollTop = list.scrollHeight;
      }
    };
    return { element, sync, input };
  }

  // What happens -------------------------------------------------------------------------------

  async pause() {
    const { call } = this;
    if (call.phase === "paused") {
      call.resume();
      this.keep = null;
      this.draw();
      this.shown?.first()?.focus();
      return;
    }
    if (call.phase !== "open") return;
    const kind = await ask("Pause", [el("p", {}, "The clock of the questions stops.")], [
      ["distress", "They are distressed", { autofocus: true }], ["break", "A break"], ["", "Go on talking"],
    ]);
    if (kind) call.pause(kind);
  }

  parked({ closed, ref, before }) {
    const names = new Set(closed.map((each) => this.call.course.name(this.call.course.questionOf(each))));
    const undo = before ? [["Undo", () => this.call.answer(ref, before) && undefined]] : [];
    this.notices.show("parked", `Parked, because of this answer: ${[...names].join(", ")}. Kept, and not counted.`, undo);
  }

  refused({ edit, faults }) {
    const said = faults.map((fault) => `${fault.place}: ${fault.found}. ${fault.remedy}.`).join(" ");
    this.notices.show(`refused ${edit.ref}`, `Not saved. ${said}`, [], "bad");
  }

  recovered() {
    const { call } = this;
    if (call.found.saved) this.notices.show("found", foundSaid(call.found, call.drafts), [], "good");
    else if (call.view.current) this.notices.show("found", "The call goes on where it was; nothing was missing.", [], "good");
    for (const { edit, faults } of call.found.refused) {
      const text = edit.text || edit.answer?.value || "";
      this.notices.show(`lost ${edit.number}`, `Could not be saved (${faults[0].found}): ${text}`, [], "bad");
    }
  }

  mark() {
    const field = document.activeElement;
    if (!this.root.contains(field) || !field.dataset?.field) return;
    const [start, end] = [field.selectionStart ?? null, field.selectionEnd ?? null];
    this.call.mark({ field: field.dataset.field, start, end, last: start === field.value.length });
  }
}

// Dialogs --------------------------------------------------------------------------------------

async function concern(call) {
  const [officer, deputy] = call.opened.officers;
  const told = await ask("Safeguarding concern", [
    el("p", {}, `Flag this call for the ${(officer ?? "safeguarding officer").toLowerCase()}. Nothing about what was said goes in here; you tell them yourself.`),
    deputy ? el("p", {}, `If they cannot be reached at once, tell the ${deputy.toLowerCase()}.`) : null,
    el("p", {}, "The call goes on."),
  ].filter(Boolean), [["flag", "Flag it now", { class: "concern", autofocus: true }], ["", "Not now"]]);
  if (told) call.concern();
}

function support(call) {
  const wanted = [...call.course.items.values()].filter((item) => item.script && ["P04", "P11"].includes(item.clause));
  const line = call.course.facts.support_line;
  return ask("Support", [
    line ? el("p.say", {}, call.words(line)) : null,
    ...wanted.map((item) => el("p", {}, call.words(item.text))),
  ].filter(Boolean), [["", "Back to the call", { autofocus: true }]]);
}

async function stop(call) {
  const chosen = await ask("Stop the call for good", [
    el("p", {}, "Thank them, and ask: may we keep what they have said so far, or shall it be deleted? The choice is theirs (P29)."),
  ], [["keep", "They want it kept"], ["delete", "They want it deleted"], ["", "Do not stop", { autofocus: true }]]);
  if (chosen) await call.stop(chosen === "keep");
}

function help() {
  const rows = SHEET.map(([keys, what]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, keys)), el("td", {}, what)));
  return ask("Keys", [el("table.sheet", {}, el("tbody", {}, rows))], [["", "Close", { autofocus: true }]]);
}

/** Put quotation marks around what is chosen, or around the cursor, with the time behind them. */
function quote(call) {
  const field = document.activeElement;
  if (!field?.matches("textarea")) return;
  const { selectionStart: start, selectionEnd: end, value } = field;
  const chosen = value.slice(start, end);
  field.setRangeText(`“${chosen}” [${clock(call.elapsed)}]`, start, end, "start");
  field.setSelectionRange(start + 1 + chosen.length, start + 1 + chosen.length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Before the call ------------------------------------------------------------------------------

function beginView(root, call) {
  const wrong = el("p.wrong", { role: "alert" });
  const { languages } = call.course.guide;
  const choice = el("select", { id: "language" }, languages.map((each) => el("option", { value: each }, each)));
  return new Promise((resolve) => {
    const begin = button("Begin the call", async () => {
      say(wrong, "");
      try {
        await call.begin(choice.value);
        resolve();
      } catch (fault) {
        say(wrong, whySaid(fault));
      }
    }, { class: "main" });
    root.replaceChildren(el(`${partOf(root)}.before`, {}, el("h1", {}, `Call ${call.opened.session}`),
      el("p", {}, call.opened.title), call.opened.fictional ? el("p.fictional", {}, "fictional data") : "",
      languages.length > 1 ? el("p", {}, el("label", { for: "language" }, "Language "), choice) : "",
      el("p", {}, "The clock starts when you begin. Say the opening first; then come the questions."), begin, wrong));
    begin.focus();
  });
}

/** Say why the page could not open; resolves when it is to be tried again. */
function notOpened(root, fault) {
  return new Promise((resolve) => {
    const again = button("Try again", resolve, { class: "main" });
    root.replaceChildren(el(`${partOf(root)}.before`, {}, el("h1", {}, "The call cannot be opened"),
      el("p", { role: "alert" }, whySaid(fault)), again));
    again.focus();
    const soon = fault instanceof Refused || fault instanceof SignedOut ? null : setTimeout(resolve, 2000);
    again.addEventListener("click", () => clearTimeout(soon));
  });
}

function whySaid(fault) {
  if (fault instanceof SignedOut) return "You are not signed in. Open Jupyter in another tab, sign in, and try again.";
  if (fault.faults?.length) return fault.faults.map((each) => `${each.place}: ${each.found}; ${each.rule}. ${each.remedy}. (${each.code})`).join(" ");
  return "The Jupyter server does not answer. Nothing that was saved is lost. Trying again …";
}
