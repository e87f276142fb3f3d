// The page below a notebook cell: the same page, and what it needs to work inside JupyterLab.
//
// The widget of the kernel knows the session and the number of its last saved event, and nothing that was
// said. A kernel that dies takes nothing along: what is typed goes from here to the server.

import { el } from "../elements/dom.js";

const TOLD = 1000; // ms between two numbers for the kernel
const SETTLED = 800; // ms after which Lab has scrolled to where it wants to be
const KEYS = ["keydown", "keypress", "keyup", "contextmenu", "copy", "cut", "paste"];
const shown = new Map(); // session to what shows it in this window: {element, closing}

/**
 * Show a call or a forum below a cell.
 *
 * @param {string} kind "call" or "forum".
 * @param {object} model The widget's model: session and number.
 * @param {HTMLElement} element Where it is to be shown.
 * @param {URL} base Address of the service, ending in "/toolkit/".
 * @returns {Promise<() => void>} Takes it away again.
 */
export async function show(kind, model, element, base) {
  const session = model.get("session");
  const before = shown.get(session);
  if (before && !before.element.isConnected) before.closing.abort(); // its cell was run again
  const closing = new AbortController();
  const { signal } = closing;
  shown.set(session, { element, closing });
  const [mount] = await Promise.all([pageOf(kind, base), styles(base)]);
  const root = el("div", { "data-part": "section" }); // the main part of the window is Lab
  const whole = el("button", { type: "button", onclick: () => frame.requestFullscreen() }, "Whole screen");
  const alone = el("a", { href: new URL(`${kind}/${encodeURIComponent(session)}`, base).href, target: "_blank", rel: "noopener" },
    "Open it in a tab of its own");
  const frame = el("div.toolkit-frame", {}, root);
  element.classList.add("toolkit-notebook");
  element.dataset.lmSuppressShortcuts = "true"; // Jupyter looks for its command keys no further than here
  element.append(el("p.toolkit-beside", {}, "What you type goes to the Jupyter server and never into this notebook. ", whole, " ", alone), frame);
  for (const kind of KEYS) element.addEventListener(kind, (event) => event.stopPropagation(), { signal });
  element.addEventListener("keydown", keepFromBrowser, { signal });
  const aside = putDialogsAside(element, signal);
  keepInView(frame, signal);
  mount(root, base, session, signal).then((page) => {
    if (!page || signal.aborted) return;
    page.bar?.element.setAttribute("role", "group");
    aside.told = (said) => page.notices?.show("aside", `Put aside, go on: ${said}`);
    tellNumber(page.call ?? page, model, signal);
  });
  return () => closing.abort();
}

/** The function that shows a page of this kind. */
async function pageOf(kind, base) {
  const module = await import(new URL(kind === "forum" ? "page/forum/forum-page.js" : "page/call/call-page.js", base).href);
  return module.mountForum ?? module.mount;
}

/** The pages' styles in their order, fetched once in a window. */
function styles(base) {
  styles.there ??= Promise.all(["call.css", "forum.css", "notebook.css"].map(async (name) => {
    const answer = await fetch(new URL(`page/${name}`, base));
    return new CSSStyleSheet().replace(await answer.text());
  })).then((sheets) => document.adoptedStyleSheets.push(...sheets), () => (styles.there = null)); // tried again
  return styles.there;
}

/** The bar says what is saved: whoever types in the page has all of it in view. */
function keepInView(frame, signal) {
  const look = () => frame.contains(document.activeElement) && frame.scrollIntoView({ block: "nearest" });
  frame.addEventListener("focusin", look, { signal });
  const soon = setTimeout(look, SETTLED);
  signal.addEventListener("abort", () => clearTimeout(soon));
}

/** The browser's own keys for saving and printing a page are of no use here, and in the way. */
function keepFromBrowser(event) {
  if ((event.ctrlKey || event.metaKey) && ["s", "p"].includes(event.key.toLowerCase())) event.preventDefault();
}

/** Tell the kernel the number of the last saved event, if there is a kernel. */
function tellNumber({ saving }, model, signal) {
  let last = 0;
  const tell = () => {
    const { known } = saving;
    if (known === last || signal.aborted) return;
    last = known;
    try {
      model.set("number", known);
      model.save_changes();
    } catch {
      // The kernel is gone. What was said is with the server.
    }
  };
  tell();
  const timer = setInterval(tell, TOLD);
  signal.addEventListener("abort", () => clearInterval(timer));
}

/**
 * A dialog of Jupyter that comes up by itself (the kernel died, the server is away) takes the cursor, and what
 * is typed on goes nowhere. Nobody asked for it while typing here: put it aside before the next key, and say so.
 */
function putDialogsAside(element, signal) {
  const aside = { told: () => {} };
  let field = null; // where the cursor is
  element.addEventListener("focusin", ({ target }) => (field = target), { signal });
  element.addEventListener("focusout", ({ relatedTarget: to }) => {
    if (to && !element.contains(to) && !to.closest(".jp-Dialog")) field = null;
  }, { signal });
  const watch = new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    for (const dialog of added.filter((node) => node.matches?.(".jp-Dialog"))) {
      if (field?.isConnected) putAside(dialog, field, aside);
    }
  });
  watch.observe(document.body, { childList: true });
  signal.addEventListener("abort", () => watch.disconnect());
  return aside;
}

async function putAside(dialog, field, aside) {
  const buttons = [...dialog.querySelectorAll(".jp-Dialog-footer button")];
  const no = dialog.querySelector(".jp-Dialog-footer .jp-mod-reject") ?? (buttons.length === 1 ? buttons[0] : null);
  if (!no) return; // it asks for a choice that nobody else can make
  const said = dialog.ariaLabel ?? dialog.querySelector("[aria-label]")?.ariaLabel ?? "";
  no.click();
  for (let turn = 0; turn < 100 && dialog.isConnected; turn += 1) await null; // no key can come between
  while (dialog.isConnected) await new Promise((resolve) => setTimeout(resolve, 5));
  field.focus({ preventScroll: true });
  aside.told(said);
}
