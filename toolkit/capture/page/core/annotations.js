// Annotations of a call: tags, notes that are moved to a question, the language, an answer taken back, and what
// is written and corrected after the end. Each shows at once and is saved like everything else.

/** Say what a note belongs to; "" is the call as a whole. A note is [ref, words, ms, id]. */
export function assign(call, note, ref) {
  if (note[0] === ref) return;
  call.history.record("assign", { note: note[3] }, note[0], ref);
  note[0] = ref;
  call.saving.edit({ step: "assign", note: note[3], ref });
  call.told();
}

/** Lay a live tag on an answer or a note, or take it away. `on` is {ref} or {note}. */
export function toggleTag(call, code, { ref = "", note = "" }) {
  const at = call.view.tags.findIndex((tag) => tag[0] === code && tag[1] === ref && tag[2] === note);
  call.history.record("tag", { code, ref, note }, at >= 0, at < 0);
  call.view.tags = at < 0 ? [...call.view.tags, [code, ref, note]] : call.view.tags.toSpliced(at, 1);
  call.saving.edit({ step: at < 0 ? "tag" : "untag", code, ref, note });
  call.told();
}

/** Go on in another language; what was answered stays. */
export function speak(call, language) {
  if (language === call.course.language) return;
  call.handInAll();
  call.history.record("language", {}, call.course.language, language);
  call.course.language = call.view.language = language;
  call.saving.edit({ step: "language", language });
  call.reroute();
}

/** Take an answer back, so that there is none. */
export function takeBack(call, ref) {
  const before = call.answers.get(ref);
  for (const part of ["answer", "other"]) {
    call.raw.delete(`${ref}#${part}`);
    call.drafts.delete(`${ref}#${part}`);
  }
  call.answers.delete(ref);
  call.saving.edit({ step: "take-back", ref }, `${ref}#answer`);
  call.reroute({ ref, before });
}

/** After another window's news: lay on again what was marked here and is not with the server yet. */
export function replay(call) {
  for (const { edit } of call.saving.waiting) {
    const { step, ref, text, note, code } = edit;
    const { view } = call;
    if (step === "note" && !view.notes.some((each) => each[3] === note)) view.notes.push([ref, text, Math.round(call.elapsed), note]);
    if (step === "assign") view.notes.filter((each) => each[3] === note).forEach((each) => (each[0] = ref));
    if (step === "tag" || step === "untag") {
      view.tags = view.tags.filter((tag) => tag[0] !== code || tag[1] !== ref || tag[2] !== note);
      if (step === "tag") view.tags.push([code, ref, note]);
    }
  }
}

// After the end --------------------------------------------------------------------------------

const NAMES = { "write-up": "write_up", themes: "themes" };

/** What another window wrote to the write-up or the themes meanwhile; null where there is nothing to choose. */
export function otherWriteUp(call, step) {
  const field = `#${step}`;
  if (!call.saving.apart.has(field) && !(field in call.view.conflicts)) return null;
  const shown = call.text(field);
  const apart = call.view.conflicts[field];
  const main = call.view.drafts[field] ?? call.view[NAMES[step]];
  // Where this window's own words are kept apart, and it shows them, the other version is what stands in the field.
  const mine = call.view.apart_by?.[field] === call.client && shown !== main;
  const other = apart && !mine ? apart.text : (call.elsewhere.get(field)?.value ?? main);
  return other && other !== shown ? other : null;
}

/** Let one of two versions of the write-up or the themes stand. */
export function chooseWriteUp(call, step, text) {
  const field = `#${step}`;
  call.saving.choose(field);
  for (const kept of [call.raw, call.drafts, call.elsewhere]) kept.delete(field);
  delete call.view.conflicts[field];
  call.view[NAMES[step]] = text;
  call.saving.edit({ step, text }, field);
  call.told();
}

/** Hand in the write-up or the themes, where they changed. */
export function handInWriteUp(call, step) {
  const field = `#${step}`;
  const name = NAMES[step];
  const text = call.text(field);
  if (!text.trim() || text === call.view[name]) return;
  call.raw.delete(field);
  call.drafts.delete(field);
  call.view[name] = text;
  call.saving.edit({ step, text }, field);
}

/** Keep what is written for oneself: it never goes into the journal in plain, so that it is no draft either. */
export function keepPrivate(call, text) {
  const words = text.replaceAll("\0", "").toWellFormed();
  call.opened.private = words;
  call.saving.edit({ step: "private", text: words }, "#private");
}

/** Correct an answer after the end; resolves when it is saved, and throws what the server found against it. */
export async function correct(call, ref, answer, reason) {
  await call.accepted({ step: "edit", ref, answer, reason }, `${ref}#answer`);
  for (const part of ["edit", "reason"]) {
    call.raw.delete(`${ref}#${part}`);
    call.drafts.delete(`${ref}#${part}`);
  }
  const opened = await call.wire.open(call.client);
  call.merge({ view: opened.view, news: [], before: call.saving.known });
}
