// Fields for answers, one kind of control for each type of the guide format.
//
// A control is {element, sync}: sync shows what the call knows, and leaves alone what is being typed.

import { choiceIds, typeOf } from "../core/answer-checks.js";
import { dateBounds, readDate } from "../core/answers.js";
import { dateSaid } from "../core/course.js";
import { el, newId, say, speak } from "../elements/dom.js";
import { isEnter } from "../elements/focus.js";
import { chrome, t } from "../words/languages.js";

// Nothing typed may go to a spelling service, or into the browser's own lists of what was typed before.
const PRIVATE = { autocomplete: "off", spellcheck: "false", autocorrect: "off", autocapitalize: "off" };
const LENGTHS = [["minutes", "PT", "M"], ["hours", "PT", "H"], ["days", "P", "D"], ["weeks", "P", "W"], ["months", "P", "M"], ["years", "P", "Y"]];

const CONTROLS = {
  text: textControl,
  single: choiceControl,
  "yes-no": choiceControl,
  multiple: severalControl,
  scale: scaleControl,
  number: numberControl,
  date: dateControl,
  duration: durationControl,
  tick: tickControl,
};

/**
 * The control for a question or probe.
 *
 * @param {Call} call
 * @param {string} ref
 * @param {string} labelled Id of the element that asks.
 * @param {(wrong: null | {problem: string, remedy: string}) => void} tell Shows what is wrong, or nothing.
 */
export function control(call, ref, labelled, tell) {
  const item = call.course.item(ref);
  return CONTROLS[typeOf(item)]({ call, ref, item, labelled, tell });
}

/** A field for words that grows with them; `done` is told when it is left or nothing is typed for a while. */
export function words(call, field, props, done) {
  const area = el("textarea", {
    rows: 1, ...PRIVATE, ...props, "data-field": field,
    oninput: () => call.type(field, area.value),
    onblur: () => done(),
  });
  call.addEventListener("idle", ({ detail }) => detail === field && area.isConnected && done());
  return { element: area, sync: () => follow(area, call.text(field)) };
}

/** Let an input show a value; what is being typed is that value already. The cursor stays where it is. */
function follow(input, value) {
  if (input.value === value) return;
  const at = document.activeElement === input ? [input.selectionStart, input.selectionEnd] : null;
  input.value = value;
  if (at) input.setSelectionRange(...at);
}

function textControl({ call, ref, labelled }) {
  const field = `${ref}#answer`;
  return words(call, field, { class: "words", "aria-labelledby": labelled }, () => call.handIn(ref));
}

function choices(call, item) {
  return choiceIds(item).map((id) => {
    if (typeOf(item) === "yes-no") return [id, { text: t(id === "yes" ? "Yes" : "No"), lang: chrome() }];
    if (id === "other" && item.other === true) return [id, { text: sentence(t("other")), lang: chrome() }];
    const label = id === "other" && item.other ? item.other : item.choices.find((each) => each.id === id).label;
    const { text, lang } = call.course.spoken(label);
    return [id, { text: sentence(text), lang }];
  });
}

function choiceControl({ call, ref, item, tell }) {
  const name = newId();
  const inputs = choices(call, item).map(([id, label], at) => option(call, "radio", name, id, label, at + 1, () => choose(id)));
  const other = item.other ? otherWords(call, ref, () => call.answers.get(ref)?.value === "other", hand) : null;
  const element = el("div.choices", {}, inputs.map((each) => each.label), other?.element);
  function choose(id) {
    const said = id === "other" ? call.text(`${ref}#other`) : "";
    tell(call.answer(ref, { value: id, ...(said && { other: said }) }));
    if (id === "other") other.element.focus();
  }
  function hand() {
    const said = call.text(`${ref}#other`);
    if (call.answers.get(ref)?.value === "other") tell(call.answer(ref, { value: "other", ...(said && { other: said }) }));
  }
  function sync() {
    const value = call.answers.get(ref)?.value;
    for (const { input } of inputs) input.checked = input.value === value;
    other?.sync();
  }
  return { element, sync };
}

function severalControl({ call, ref, item, tell }) {
  const alone = (item.choices ?? []).filter((each) => each.exclusive).map((each) => each.id);
  const inputs = choices(call, item).map(([id, label], at) => option(call, "checkbox", "", id, label, at + 1, () => toggle(id)));
  const chosen = () => call.answers.get(ref)?.value ?? [];
  const other = item.other ? otherWords(call, ref, () => chosen().includes("other"), () => send(chosen())) : null;
  const element = el("div.choices", {}, inputs.map((each) => each.label), other?.element);
  function send(value) {
    const said = value.includes("other") ? call.text(`${ref}#other`) : "";
    if (value.length) tell(call.answer(ref, { value, ...(said && { other: said }) }));
    else if (call.answers.has(ref)) call.unsay(ref);
    sync();
  }
  function toggle(id) {
    const on = inputs.find((each) => each.input.value === id).input.checked;
    // A choice that excludes the others takes their place, and gives way to them.
    const others = chosen().filter((each) => each !== id && alone.includes(id) === alone.includes(each) && !alone.includes(id));
    const order = choiceIds(item);
    send([...others, ...(on ? [id] : [])].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    if (on && id === "other") other.element.focus();
  }
  function sync() {
    for (const { input } of inputs) input.checked = chosen().includes(input.value);
    other?.sync();
  }
  return { element, sync };
}

function scaleControl({ call, ref, item, tell }) {
  const name = newId();
  const values = Array.from({ length: item.to - item.from + 1 }, (_, at) => item.from + at);
  const inputs = values.map((value) => {
    const { text, lang } = call.course.spoken(item.labels?.[value]);
    const label = text ? { text: `${value} ${text}`, lang } : { text: String(value), lang: call.course.language };
    // The digit of a value is the value itself, wherever the scale begins.
    return option(call, "radio", name, String(value), label, value, () => tell(call.answer(ref, { value })));
  });
  const element = el("div.choices.scale", {}, inputs.map((each) => each.label));
  const sync = () => {
    const value = String(call.answers.get(ref)?.value ?? "");
    for (const { input } of inputs) input.checked = input.value === value;
  };
  return { element, sync };
}

function numberControl({ call, ref, item, labelled, tell }) {
  const read = (text) => {
    const plain = text.trim().replace(",", ".");
    const value = Number(plain);
    // A number that JavaScript cannot hold exactly is not changed behind anybody's back.
    if (!/^-?\d+(\.\d+)?$/.test(plain) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return NaN;
    return value;
  };
  const props = { inputmode: "decimal", class: "short", "aria-labelledby": labelled };
  const shown = (value) => (typeof value === "number" ? String(value) : "");
  const input = entry(call, ref, props, shown, (text) => tell(call.answer(ref, { value: read(text) })));
  return { ...input, element: el("div.entry", {}, input.element, item.unit ? el("span", {}, ` ${item.unit}`) : null) };
}

function dateControl({ call, ref, item, labelled, tell }) {
  const hint = item.precision === "exact" ? t("5 March 2017") : t("2017, spring 2017, March 2017");
  const means = el("span.means", { "aria-live": "polite" });
  const props = { class: "middle", placeholder: hint, "aria-labelledby": labelled };
  const shown = (value) => (typeof value === "string" ? dateSaid(value) : "");
  const input = entry(call, ref, props, shown, (text) => tell(call.answer(ref, { value: readDate(text) ?? text })));
  const show = () => {
    const edtf = readDate(input.element.value);
    const days = edtf && dateBounds(edtf);
    say(means, days ? (days[0] === days[1] ? days[0] : t("{0} to {1}", days[0], days[1])) : "");
  };
  input.element.addEventListener("input", show);
  const sync = () => {
    input.sync();
    show();
  };
  return { element: el("div.entry", {}, input.element, means), sync };
}

function durationControl({ call, ref, labelled, tell }) {
  const unit = el("select", { "aria-label": t("unit"), onchange: () => hand(input.element.value) },
    LENGTHS.map(([name, before, after]) => el("option", { value: `${before} ${after}` }, t(name))));
  unit.value = "P W";
  const shown = (value) => (typeof value === "string" ? value.replace(/[A-Z]/g, "") : "");
  const hand = (text) => {
    const [before, after] = unit.value.split(" ");
    if (text.trim()) tell(call.answer(ref, { value: `${before}${text.trim().replace(",", ".")}${after}` }));
  };
  const input = entry(call, ref, { inputmode: "decimal", class: "short", "aria-labelledby": labelled }, shown, hand);
  const sync = () => {
    input.sync();
    const parts = /^(PT?)[\d.]+([A-Z])$/.exec(call.answers.get(ref)?.value ?? "");
    if (parts && document.activeElement !== unit) unit.value = `${parts[1]} ${parts[2]}`;
  };
  return { element: el("div.entry", {}, input.element, unit), sync };
}

function tickControl({ call, ref, labelled }) {
  const input = el("input", {
    type: "checkbox", "aria-labelledby": labelled, "data-field": `${ref}#answer`,
    onchange: () => (input.checked ? call.answer(ref, { value: true }) : call.unsay(ref)),
  });
  const sync = () => (input.checked = call.answers.get(ref)?.value === true);
  return { element: input, sync, beside: true };
}

/** A short field whose text is read when it is left; what was typed is kept from the first keystroke on. */
function entry(call, ref, props, shown, hand) {
  const field = `${ref}#answer`;
  const typed = () => call.raw.has(field) || call.drafts.has(field);
  const done = () => typed() && input.value.trim() && hand(input.value);
  const input = el("input", {
    type: "text", ...PRIVATE, ...props, "data-field": field,
    oninput: () => call.type(field, input.value),
    onblur: done,
    onkeydown: (event) => isEnter(event) && !event.ctrlKey && done(),
  });
  const text = () => call.raw.get(field) ?? call.drafts.get(field) ?? shown(call.answers.get(ref)?.value);
  return { element: input, sync: () => follow(input, text()) };
}

function otherWords(call, ref, wanted, hand) {
  const input = words(call, `${ref}#other`, { class: "other", "aria-label": t("in their own words"), placeholder: t("in their own words") }, hand);
  const { sync } = input;
  input.sync = () => {
    input.element.hidden = !wanted();
    sync();
  };
  return input;
}

function option(call, type, name, value, label, digit, onchange) {
  const input = el("input", { type, name: name || false, value, onchange });
  const key = digit >= 0 && digit <= 9 && String(digit) !== label.text ? el("kbd", { "aria-hidden": "true" }, String(digit)) : null;
  const words = el("span");
  speak(words, label, call.course.language);
  return { input, label: el("label.choice", { "data-digit": String(digit) }, input, words, key) };
}

function sentence(label) {
  return label ? label[0].toUpperCase() + label.slice(1) : label;
}
