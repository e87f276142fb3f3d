// Live tags: codes that come to mind while somebody talks. They are hunches, not coding.

import { toggleTag } from "../core/annotations.js";
import { button, el } from "../elements/dom.js";
import { pick } from "../elements/picker.js";
import { t } from "../words/languages.js";

/** Whether there is anything to tag with. */
export function canTag(call) {
  return call.opened.codebook.length > 0 && call.view.kept;
}

/** Let somebody choose a code and lay it on, or take it away. `on` is {ref} or {note}. */
export async function tagging(call, on) {
  if (!canTag(call)) return;
  const has = new Set(tagsOn(call, on).map((tag) => tag[0]));
  const code = await pick(t("Live tag: a hunch, not coding"), call.opened.codebook.map((each) => ({
    value: each.code, name: each.label, more: `${each.theme}. ${each.definition}`, on: has.has(each.code),
  })));
  if (code) toggleTag(call, code, on);
}

/** The tags on something, each a button that takes it away. */
export function tagRow(call, on) {
  const element = el("span.tags");
  const shown = new Map();
  function sync() {
    const codes = tagsOn(call, on).map((tag) => tag[0]);
    for (const [code, each] of shown) {
      if (codes.includes(code)) continue;
      each.remove();
      shown.delete(code);
    }
    for (const code of codes) {
      if (shown.has(code)) continue;
      const label = call.opened.codebook.find((each) => each.code === code)?.label ?? code;
      const made = button(`# ${label} ×`, () => toggleTag(call, code, on), { class: "tag", "aria-label": t("Live tag {0}: take it away", label) });
      shown.set(code, made);
      element.append(made);
    }
    element.hidden = !codes.length;
  }
  return { element, sync };
}

function tagsOn(call, { ref = "", note = "" }) {
  return call.view.tags.filter((tag) => tag[1] === ref && tag[2] === note);
}
