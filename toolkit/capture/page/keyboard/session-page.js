// The keyboard side of both pages: where typed words go, notes,
// tags, undo, and the list of all commands.

import { speak } from "../core/annotations.js";
import { isEditable, isOpen, openField, place } from "../elements/focus.js";
import { concern } from "../views/concern-panel.js";
import { help, quote, reopening, stop, support } from "../views/dialogs.js";
import { tagging } from "../views/live-tags.js";
import { t } from "../words/languages.js";
import { shortcutsAreOff, sheetOf, turnShortcuts } from "./commands.js";
import { palette } from "./palette.js";
import { lastFieldOf } from "./typing.js";

const OVER = ["finished", "stopped"];

export class SessionPage {
  /** @param {HTMLElement} root @param {Call} call @param {string[][]} commands As in commands.js. */
  constructor(root, call, commands, signal) {
    Object.assign(this, { root, call, commands });
    this.last = lastFieldOf(root, signal);
    this.acts = this.actions();
  }

  /** Keys of this page that are no commands. */
  get keys() {
    return [];
  }

  get over() {
    return OVER.includes(this.call.phase);
  }

  /** Commands by name; both pages have these. */
  actions() {
    const { call } = this;
    return {
      next: () => this.onward(),
      back: () => this.step(-1),
      out: () => place(this.middle),
      find: () => this.outline.search.select(),
      notes: () => this.toNotes(),
      note: (from) => place(this.noteField(from)),
      tag: (from) => this.tagHere(from),
      language: (language) => this.speak(language),
      quote: (from) => quote(call, from),
      concern: () => concern(call),
      support: () => support(call),
      pause: () => this.pause(),
      stop: () => stop(call),
      finish: () => this.finish(),
      reopen: () => reopening(call),
      undo: () => this.undo(),
      redo: () => this.undo(true),
      palette: () => palette(this),
      shortcuts: () => this.switchShortcuts(),
      help: () => help(sheetOf(this.commands, this.keys), () => this.switchShortcuts()),
    };
  }

  /** Whether a command makes sense now. */
  can(command) {
    const { call } = this;
    if (!(command in this.acts)) return ["dont-know", "refused", "not-asked"].includes(command) && call.phase === "open";
    const now = {
      undo: call.phase === "open", redo: Boolean(call.history?.undone), reopen: call.mayReopen,
      finish: call.phase === "open" && Boolean(call.route.ending) && (call.leads ?? true), stop: !this.over,
      invent: Boolean(call.opened.rehearsal), language: !this.over && call.course.guide.languages.length > 1,
      pause: !this.over, return: Boolean(this.cameFrom), tag: call.opened.codebook.length > 0,
    };
    return now[command] ?? true;
  }

  /** What a command would act on. */
  detail(command) {
    if (command === "undo") return this.call.history?.next ?? "";
    if (command === "redo") return this.call.history?.undone ?? "";
    if (command === "pause") return this.call.phase === "paused" ? t("paused now") : "";
    return command === "shortcuts" ? (shortcutsAreOff() ? t("off now") : t("on now")) : "";
  }

  /**
   * The field for what is typed on an element that takes no words: the one that somebody was in, the one in view, or
   * the note on what is in view. Null where nothing may be written.
   */
  typingField(from) {
    const control = from?.matches?.("input, select") && from.closest("[data-ref]");
    if (control) return this.noteField(from);
    const here = (field) => isOpen(field) && this.middle.contains(field);
    if (here(this.last.field)) return this.last.field;
    const field = this.shown?.field?.() ?? null;
    return isOpen(field) ? field : this.noteField(from);
  }

  /** The field for a note on what the cursor is in, or on what is in view; it is opened. */
  noteField(from = document.activeElement) {
    const held = from?.closest?.("[data-ref]");
    const around = [held, ...this.middle.querySelectorAll("[data-ref]")].find((each) => each?.querySelector(":scope > .noting"));
    const noting = around?.querySelector(":scope > .noting");
    if (!noting) return this.over ? openField(this.middle) : this.runningField();
    if (noting.hidden) around.querySelector(".note-it").click();
    return openField(noting);
  }

  /** The field of the running notes; where they are out of sight they come to where one looks. */
  runningField() {
    const field = this.notes.input.element;
    if (!isOpen(field)) this.middle.append(this.notes.element);
    return field;
  }

  toNotes() {
    const area = this.notes.input.element;
    if (document.activeElement === area) {
      if (this.before?.isConnected) place(this.before);
      else this.toFirst();
    } else {
      this.before = document.activeElement;
      area.focus();
    }
  }

  tagHere(from = document.activeElement) {
    const note = from?.closest?.("[data-note]")?.dataset.note;
    const { ref, answer } = from?.closest?.("fieldset[data-ref], [data-answer]")?.dataset ?? {};
    const on = ref ?? answer ?? (this.over ? "" : this.call.view.current);
    if (note) tagging(this.call, { note });
    else if (on && this.call.course.item(on)) tagging(this.call, { ref: on });
  }

  /** Go on in a language, or in the next one. */
  speak(language) {
    const { languages } = this.call.course.guide;
    if (!["open", "paused"].includes(this.call.phase)) return;
    const known = languages.includes(language);
    speak(this.call, known ? language : languages[(languages.indexOf(this.call.course.language) + 1) % languages.length]);
  }

  /** Take the last step back, or do it again; what it was is said, and brought into view. */
  undo(again = false) {
    const { call } = this;
    if (call.phase !== "open") {
      this.notices.show("undo", t("Nothing is undone now: the {0} is paused or over.", t(call.kind)), []);
      return;
    }
    const done = again ? call.history.redo() : call.history.undo();
    if (!done) {
      this.notices.show("undo", again ? t("There is nothing to do again.") : t("There is nothing to undo."), []);
      return;
    }
    if (done.ref && done.ref !== call.view.current && call.course.item(done.ref)) this.go(done.ref);
    else if (!isEditable(document.activeElement)) this.toFirst();
    const said = done.changed ? t("Not undone, because it was changed elsewhere since: {0}", done.said)
      : again ? t("Done again: {0}", done.said) : t("Undone: {0}", done.said);
    this.notices.show("undo", said, done.changed ? [] : [again ? [t("Undo"), () => this.undo()] : [t("Do it again"), () => this.undo(true)]]);
  }

  switchShortcuts() {
    const off = turnShortcuts();
    this.notices.show("shortcuts", off ? t("Shortcuts are off, in this browser.") : t("Shortcuts are on."), [[off ? t("Turn them on") : t("Turn them off"), () => void this.switchShortcuts()]]);
  }

  /** Keep where the cursor is. */
  mark() {
    const field = document.activeElement;
    if (!this.root.contains(field) || !field.dataset?.field) return;
    const [start, end] = [field.selectionStart ?? null, field.selectionEnd ?? null];
    this.call.mark({ field: field.dataset.field, start, end, last: start === field.value.length });
  }
}
