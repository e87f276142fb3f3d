// Notes: what the interviewer writes down about a question, or about none. A note can be moved to its question
// later, and back; it can be tagged.

import { assign } from "../core/annotations.js";
import { button, clock, el, say } from "../elements/dom.js";
import { isEnter } from "../elements/focus.js";
import { pick } from "../elements/picker.js";
import { t } from "../words/languages.js";
import { words } from "./answer-fields.js";
import { canTag, tagging, tagRow } from "./live-tags.js";

/**
 * Notes in a list.
 *
 * @param {Call} call
 * @param {(ref: string) => boolean} belongs Which notes, by what they belong to.
 * @param {{named?: boolean}} how Whether to say what each belongs to.
 */
export function noteList(call, belongs, { named = false } = {}) {
  const element = el("ul.notes");
  const rows = new Map();
  function sync() {
    const said = call.view.notes.filter((note) => belongs(note[0]));
    for (const [id, row] of rows) {
      if (said.some((note) => note[3] === id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    for (const note of said) {
      if (!rows.has(note[3])) {
        rows.set(note[3], noteRow(call, note[3], named));
        element.append(rows.get(note[3]).element);
        element.scrollTop = element.scrollHeight;
      }
      rows.get(note[3]).sync();
    }
    element.hidden = !said.length;
  }
  return { element, sync };
}

function noteRow(call, id, named) {
  const found = () => call.view.notes.find((note) => note[3] === id);
  const note = found();
  const where = el("span.where");
  const tags = tagRow(call, { note: id });
  const move = button("→", () => moving(call, found()), { "aria-label": t("Move this note to a question"), title: t("Move this note to a question, or back") });
  const tag = canTag(call) ? button("#", () => tagging(call, { note: id }), { "aria-label": t("Tag this note"), title: t("Live tag (Alt+T)") }) : null;
  const element = el("li", { "data-note": id }, el("time", {}, clock(note[2])), where, el("span.said", {}, note[1]), tags.element,
    el("span.tools", {}, move, tag));
  function sync() {
    const [ref] = found();
    say(where, named && ref ? `${call.course.name(ref)}:` : "");
    tags.sync();
  }
  return { element, sync };
}

/** Let somebody say what a note belongs to. */
async function moving(call, note) {
  const stations = call.course.stations(call.route).filter((each) => each.kind !== "group");
  const options = [
    { value: "#", name: t("To no question"), more: t("running notes"), on: !note[0] },
    ...stations.map(({ ref }) => {
      const { text } = call.course.item(ref);
      const more = call.spoken(text, ref);
      return { value: ref, name: call.course.name(ref), more: more.text, lang: more.lang, on: note[0] === ref, here: ref === call.view.current };
    }),
  ];
  const ref = await pick(t("Where does this note belong?"), options);
  if (ref !== null) assign(call, note, ref === "#" ? "" : ref);
}

/** The field for a note on something, which is out of sight until it is wanted. */
export function noteField(call, ref) {
  const field = `${ref}#note`;
  const list = noteList(call, (each) => each === ref);
  const input = entry(call, field, { class: "note", "aria-label": t("Note"), placeholder: t("Note. Enter keeps it") });
  input.element.addEventListener("blur", input.keep);
  const element = el("div.noting", { hidden: true }, list.element, input.element);
  const show = (on) => {
    element.hidden = !on;
    toggle.setAttribute("aria-expanded", String(on));
  };
  const open = () => {
    show(true);
    input.element.focus();
  };
  const toggle = button(t("Note"), () => (element.hidden ? open() : show(false)), { class: "reason note-it", title: t("Note (Alt+J)"), "aria-expanded": "false" });
  function sync() {
    input.sync();
    list.sync();
    if ((!list.element.hidden || input.element.value) && element.hidden && !element.dataset.seen) {
      element.dataset.seen = "1";
      show(true);
    }
  }
  return { element, toggle, sync, open };
}

/** Notes that belong to no question. */
export function runningNotes(call, field = "#note") {
  const list = noteList(call, (ref) => !ref);
  const input = entry(call, field, { class: "note", "aria-label": t("Running notes"), placeholder: t("Running notes. Enter keeps one") });
  const about = el("p.about");
  const element = el("section.running", { "aria-label": t("Running notes") }, list.element, about, input.element);
  function sync() {
    element.hidden = ["finished", "stopped"].includes(call.phase);
    say(about, call.noteAbout ? t("A note on {0}:", call.course.name(call.noteAbout)) : "");
    input.sync();
    list.sync();
  }
  return { element, sync, input };
}

function entry(call, field, props) {
  const input = words(call, field, props, () => {});
  const keep = () => {
    call.note(field);
    input.element.value = "";
  };
  input.element.addEventListener("keydown", (event) => {
    if (!isEnter(event) || event.shiftKey || event.ctrlKey) return;
    event.preventDefault();
    keep();
  });
  return { ...input, keep };
}
