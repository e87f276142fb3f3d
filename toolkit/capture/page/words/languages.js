// The page's own words in the language that is spoken. The English words are in the code, where they are used;
// for each other language a catalogue has them beside its own. A word without translation stays English, and is marked.

import { WELSH } from "./welsh.js";

const CATALOGUES = { cy: WELSH };
const OWN_NAMES = { cy: "Cymraeg" }; // where a browser has only the English one
const ENGLISH = "en";
const fallen = new Set(); // texts that were given in English because there is nothing else
let spoken = ENGLISH;

/** From now on the page speaks this language; English where there is no catalogue for it. */
export function use(language) {
  spoken = language in CATALOGUES ? language : ENGLISH;
}

/** The language of the page's own words. */
export function chrome() {
  return spoken;
}

/**
 * A moment as it is written in the language that is spoken. A browser that does not know the language writes
 * it in digits: no English month stands in a sentence that is not English.
 *
 * @param {Date} moment
 * @param {object} how As of Intl.DateTimeFormat.
 */
export function dated(moment, how) {
  if (spoken === ENGLISH) return moment.toLocaleString("en-GB", how);
  if (Intl.DateTimeFormat.supportedLocalesOf(spoken).length) return moment.toLocaleString(spoken, how);
  const { weekday: _, ...digits } = how;
  return moment.toLocaleString("en-GB", "month" in how ? { ...digits, month: "numeric" } : digits);
}

/** The name of a language in itself: cy is Cymraeg. */
export function languageName(code) {
  if (code in OWN_NAMES) return OWN_NAMES[code];
  try {
    const name = new Intl.DisplayNames([code], { type: "language" }).of(code);
    return name[0].toUpperCase() + name.slice(1);
  } catch {
    return code;
  }
}

/**
 * Words of the page in the language that is spoken.
 *
 * @param {string} english With {0}, {1} for what is put in.
 * @param {...(string|number)} values
 */
export function t(english, ...values) {
  const put = (text) => text.replace(/\{(\d)\}/g, (_, at) => values[at]);
  return isTranslated(english) ? put(wordsOf(english)) : inEnglish(put(english));
}

export function isTranslated(english) {
  return !english || wordsOf(english) !== undefined;
}

/** Remember that a text is English: elements that show it are marked. Messages of the server are. */
export function inEnglish(text) {
  if (spoken !== ENGLISH && text) fallen.add(text);
  return text;
}

/** Mark an element as English if what it shows could not be had in the language that is spoken. */
export function markLanguage(element, texts) {
  if (texts.some((text) => fallen.has(text))) {
    element.lang = ENGLISH;
    element.dataset.fallen = "";
  } else if ("fallen" in element.dataset) {
    element.removeAttribute("lang");
    delete element.dataset.fallen;
  }
}

function wordsOf(english) {
  if (spoken === ENGLISH || !english) return english;
  return Object.hasOwn(CATALOGUES[spoken], english) ? CATALOGUES[spoken][english] : undefined;
}
