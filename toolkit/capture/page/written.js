// After the end of a forum: what its facilitator writes up, and until when somebody may withdraw.

import { clock, el, say } from "./dom.js";
import { words } from "./fields.js";

/** After the end of a forum: the write-up, and until when they may withdraw. */
export function afterView(call) {
  const { view, opened } = call;
  const deadline = opened.withdraw_until && new Date(`${opened.withdraw_until}T12:00`).toLocaleDateString("en-GB", {
    weekday: "long", day: "numeric", month: "long", year: "numeric",
  });
  const how = view.phase === "stopped" ? `The ${call.kind} was stopped.` : `The ${call.kind} is finished.`;
  const field = "#write-up";
  const input = words(call, field, { class: "words", id: "write-up" }, () => call.writeUp());
  const state = el("span.state");
  const element = el("section.after", { "aria-label": `After the ${call.kind}` },
    el("p.say", {}, how),
    el("p", {}, `It counts as “${view.disposition}” and took ${clock(call.elapsed)}.`),
    view.kept ? deadline && el("p", {}, `They may withdraw until ${deadline}.`) : el("p", {}, "What was said is to be deleted. Nothing more is written."));
  if (view.kept) element.append(el("label.kind", { for: "write-up" }, "Write up what you heard and the themes you see, while it is fresh (P13)"), input.element, state);
  const sync = () => {
    if (!call.raw.has(field) && !call.drafts.has(field) && document.activeElement !== input.element) input.element.value = view.write_up;
    else input.sync();
    const saved = call.saving.stateOf(field);
    say(state, { saved: "saved", saving: "saving …", refused: "not saved" }[saved] ?? "");
  };
  return { element, sync, first: () => (view.kept ? input.element : null) };
}
