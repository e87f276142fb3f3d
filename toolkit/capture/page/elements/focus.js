// The cursor: where it is, and who put it there. A control that has it only because the page put it there takes no Space
// and no Enter: whoever is typing did not choose it.

const placed = new WeakSet();
let placing = false;

/** Bring the cursor somewhere on the page's own account. */
export function place(element, options) {
  if (!element || document.activeElement === element) return;
  placing = true;
  try {
    element.focus(options);
  } finally {
    placing = false;
  }
  placed.add(element);
}

/** The page brought the cursor back to where it had put it before. */
export function markPlaced(element) {
  placed.add(element);
}

/** Whether the page put the cursor there, and nobody has gone there since. */
export function isPlaced(element) {
  return placed.has(element);
}

/** Take note of who moves the cursor inside an element. */
export function watchFocus(root, signal) {
  let pointed = false; // what a click brings the cursor to was meant to be clicked, not to be pressed by a key
  root.addEventListener("pointerdown", () => (pointed = true), { signal, capture: true });
  const over = () => setTimeout(() => (pointed = false)); // a label hands its click on
  for (const end of ["pointerup", "pointercancel", "click"]) root.addEventListener(end, over, { signal, capture: true });
  root.addEventListener("keydown", () => (pointed = false), { signal, capture: true });
  root.addEventListener("focusin", ({ target }) => {
    if (pointed) placed.add(target);
    else if (!placing) placed.delete(target);
  }, { signal, capture: true });
  // A button that is clicked leaves the cursor where somebody types.
  root.addEventListener("mousedown", (event) => {
    const button = event.target.closest?.("button");
    if (button && !button.closest("dialog")) event.preventDefault();
  }, { signal });
}

/** Whether a word is being put together out of several keys (IME); it is never interrupted. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Whether Enter was pressed, once, and not to end such a word. */
export function isEnter(event) {
  return event.key === "Enter" && !event.repeat && !isComposing(event);
}

/** Whether an element takes what is typed. */
export function isEditable(element) {
  const field = element?.matches?.("textarea, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
  return Boolean(field) && !element.readOnly && !element.matches(":disabled");
}

/** Whether somebody can type into a field: it is shown, and not closed off. */
export function isOpen(field) {
  return Boolean(field?.isConnected) && isEditable(field) && field.getClientRects().length > 0 && !field.closest("[inert]");
}

/** The first field for words inside an element that somebody can type into. */
export function openField(element) {
  return [...(element?.querySelectorAll("textarea, input[type=text]") ?? [])].find(isOpen) ?? null;
}
