// The frame of both pages: opening and closing, their language, and a cursor that stays where it was when a
// part is drawn again.

import { Refused, SignedOut } from "../core/wire.js";
import { button, el } from "../elements/dom.js";
import { chrome, inEnglish, t, use } from "../words/languages.js";

/** When the call is taken away, nothing can be typed into it any more. */
export function closeWith(signal, call, root) {
  const close = () => {
    call.close();
    root.replaceChildren(el("p.before", {}, t("This view of the {0} was closed. Open it again to go on.", t(call.kind))));
  };
  if (signal.aborted) close();
  signal.addEventListener("abort", close);
}

/** Let the page speak the language of the talk, as far as it can; gives that language. */
export function speaking(root, call) {
  use(call.course.language);
  root.lang = chrome();
  return call.course.language;
}

/** What the page is of its window: the main part, or, below a cell, a section of it. */
export function partOf(root) {
  return root.dataset.part ?? "main";
}

/** Remember where the cursor is in an element that is drawn anew; gives what puts it back. */
export function focusIn(element) {
  const field = document.activeElement;
  const where = element.contains(field) ? sameField(field) : "";
  const at = where && field.matches("textarea, input[type=text]") && [field.selectionStart, field.selectionEnd];
  return () => {
    const again = where && element.querySelector(where);
    if (!again) return;
    again.focus();
    if (at) again.setSelectionRange(...at);
  };
}

/** How a field is found again once it was made anew. */
function sameField(field) {
  const { field: name } = field.dataset;
  if (name) return `[data-field="${CSS.escape(name)}"]`;
  if (field.matches(".bar select")) return ".bar select";
  const ref = field.matches("input") && field.closest("[data-ref]")?.dataset.ref;
  return ref ? `[data-ref="${CSS.escape(ref)}"] input[value="${CSS.escape(field.value)}"]` : "";
}

/** Say why the page could not open; resolves when it is to be tried again. */
export function notOpened(root, fault) {
  return new Promise((resolve) => {
    const again = button(t("Try again"), resolve, { class: "main" });
    root.replaceChildren(el(`${partOf(root)}.before`, {}, el("h1", {}, t("The call cannot be opened")),
      el("p", { role: "alert" }, whySaid(fault)), again));
    again.focus();
    const soon = fault instanceof Refused || fault instanceof SignedOut ? null : setTimeout(resolve, 2000);
    again.addEventListener("click", () => clearTimeout(soon));
  });
}

export function whySaid(fault) {
  if (fault instanceof SignedOut) return t("You are not signed in. Open Jupyter in another tab, sign in, and try again.");
  if (fault.faults?.length) return inEnglish(fault.faults.map((each) => `${each.place}: ${each.found}; ${each.rule}. ${each.remedy}. (${each.code})`).join(" "));
  return t("The Jupyter server does not answer. Nothing that was saved is lost. Trying again …");
}
