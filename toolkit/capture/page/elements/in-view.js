// Words in view: whether all of them were, for as long as one needs to see that they are there.

const LOOK = 80; // ms between two looks
const ENOUGH = 400; // ms that all of it was in view, or had been

/**
 * Watch an element with words.
 *
 * @param {HTMLElement} element
 * @param {() => void} told Called when its words have been in view.
 * @returns {{seen: () => boolean, show: () => void}} `show` brings into view what was not.
 */
export function wordsInView(element, told) {
  const seen = { height: 0, parts: [], since: 0, done: false };
  function look() {
    if (seen.done || !element.isConnected || document.visibilityState !== "visible") return;
    const { height } = element.getBoundingClientRect();
    if (!height) return;
    // Laid out anew: what was seen stands elsewhere now.
    if (Math.abs(height - seen.height) > 1) Object.assign(seen, { height, parts: [], since: 0 });
    const [from, to] = shownPart(element);
    if (to > from) seen.parts = joined([...seen.parts, [from, to]]);
    const all = seen.parts.some(([first, last]) => first <= 1 && last >= height - 1);
    if (!all) return;
    seen.since ||= performance.now();
    if (performance.now() - seen.since < ENOUGH) return;
    seen.done = true;
    told();
  }
  const timer = setInterval(() => (element.isConnected || !seen.height ? look() : clearInterval(timer)), LOOK);
  requestAnimationFrame(look);
  function show() {
    const next = seen.parts[0]?.[0] > 1 ? 0 : (seen.parts[0]?.[1] ?? 0);
    element.scrollIntoView({ block: "start" });
    scroller(element).scrollBy(0, next - covered(element));
  }
  return { seen: () => seen.done, show };
}

/** How much of the window's top is covered by a bar that stays there while the rest scrolls, in pixels. */
function covered(element) {
  const bar = element.closest(".call-page")?.querySelector(".bar");
  return bar && /sticky|fixed/.test(getComputedStyle(bar).position) ? bar.getBoundingClientRect().bottom : 0;
}

/** What scrolls an element. */
function scroller(element) {
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (around.scrollHeight > around.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(around).overflowY)) return around;
  }
  return document.scrollingElement;
}

/** The part of an element that is in view, from its own top, in pixels: nothing that is scrolled away or cut off. */
function shownPart(element) {
  const box = element.getBoundingClientRect();
  let [top, bottom] = [Math.max(0, covered(element), box.top), Math.min(innerHeight, box.bottom)];
  if (box.right <= 0 || box.left >= innerWidth) return [0, 0];
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (getComputedStyle(around).overflowY === "visible") continue;
    const edge = around.getBoundingClientRect();
    if (around !== document.documentElement && around !== document.body) [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
  }
  return [top - box.top, bottom - box.top];
}

/** Stretches in order, those that touch made one. */
function joined(parts) {
  const found = [];
  for (const [from, to] of parts.sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}
