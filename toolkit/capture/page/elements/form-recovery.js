// Recovery of an open form that was not sent: its content stays in this browser, sealed as edits are, and the form
// comes back after a crash. Nothing leaves the browser before the form is sent.

/**
 * Put back what stood in a form, and keep what is put in from here on.
 *
 * @param {Call} call
 * @param {string} name Which form; one of `FORMS` in outbox.js.
 * @param {HTMLElement} form
 * @param {Function} read Gives what stands in it.
 * @param {Function} write Takes what stood in it.
 * @returns {Function} To be called when it was closed, with whether it was sent.
 */
export function keepForm(call, name, form, read, write) {
  const before = call.outbox.forms.get(name);
  if (before) write(before.told);
  const keep = (open) => call.outbox.keep(name, { open, told: read() }).catch(() => {});
  form.addEventListener("input", () => keep(true));
  keep(true);
  return (sent) => (sent ? call.outbox.keep(name, null).catch(() => {}) : keep(false));
}

/** Open a form again that was open when its window died. */
export function reopen(call, name, open) {
  const before = call.outbox.forms.get(name);
  if (before?.open) open(before.told);
}
