// The signs of a rehearsal on every screen, and answers that are invented on demand.

import { el } from "../elements/dom.js";
import { t } from "../words/languages.js";

export const SAID = "Rehearsal: nothing here is real";

/** What every screen says of data that are not real; null where they are. */
export function notReal({ rehearsal, fictional }, tag = "span") {
  if (rehearsal) return el(`${tag}.fictional.rehearsal`, {}, t(SAID));
  return fictional ? el(`${tag}.fictional`, {}, tag === "p" ? t("fictional data") : t("fictional")) : null;
}

/** Fill in the question in view and the probes that open with it; a script is confirmed. */
export async function invent(call) {
  const ref = call.view.current;
  const item = call.course.item(ref);
  if (!call.opened.rehearsal || call.phase !== "open" || !item || item.group) return;
  if (item.script) {
    if (item.confirm && !call.confirmed.has(ref)) call.confirm(ref);
    return;
  }
  if (call.gate(ref).length) return;
  const probes = call.course.probes(ref);
  const found = await call.wire.invented([ref, ...probes]);
  call.answer(ref, found[ref]);
  for (const probe of probes) if (call.open.has(probe)) call.answer(probe, asProbe(found[probe]));
}

/** A probe that is not asked is skipped. */
function asProbe(answer) {
  return answer.missing === "not-asked" ? { missing: "skipped" } : answer;
}

/** Let somebody at a forum say something on the question in view; a script is confirmed. */
export async function inventTurn(forum) {
  const { topic } = forum;
  const item = forum.course.item(forum.view.current);
  if (!forum.opened.rehearsal || forum.phase !== "open" || item?.each_participant) return;
  if (!topic) {
    await invent(forum);
    return;
  }
  if (forum.gate(topic).length) return;
  const found = (await forum.wire.invented([topic]))[topic];
  const heard = forum.turns(topic).length;
  if (!forum.speak(forum.present[heard % forum.present.length])) return;
  forum.type(forum.speech.field, found.value ?? "I have nothing to add.");
  forum.handInTurn();
}
