// Wordings: a text in each language, with pieces of earlier answers or of the protocol inserted.
// The twin of `fill` in toolkit/guide/topic/wordings.py and `wording` in toolkit/guide/topic/model.py.

import { strip } from "./answers.js";

// A doubled brace, a piece, or a brace on its own.
const PIECE = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/** A wording in one language; where that is missing the first one stands in. */
export function wording(said, language = "") {
  if (said && typeof said === "object") return said[language] || (Object.values(said)[0] ?? "");
  return said || "";
}

/**
 * Put pieces into a wording.
 *
 * @param {string} text A wording in one language.
 * @param {(ref: string, fallback: string) => string} piece Gives the words to put in.
 */
export function fill(text, piece) {
  return text.replace(PIECE, (whole, inner) => {
    if (inner === undefined) return whole[0];
    const at = inner.indexOf("|");
    const [ref, fallback] = at < 0 ? [inner, ""] : [inner.slice(0, at), inner.slice(at + 1)];
    return piece(strip(ref), strip(fallback));
  });
}
