// Checks whether an answer fits its question. The twin of toolkit/guide/topic/answering.py, as far as the page
// refuses input: the server looks at every answer again.

import { dateBounds, durationDays } from "./answers.js";

const LONGEST_TEXT = 1_000_000;

const TYPES = {
  text,
  single: one,
  "yes-no": one,
  multiple: several,
  scale: (item, { value }) =>
    Number.isInteger(value) ? "" : ["it is not a whole number", "give a whole number on the scale"],
  number,
  date,
  duration: (item, { value }) =>
    typeof value === "string" && durationDays(value) !== null
      ? ""
      : ["it is not a length of time", "write for example P3W (three weeks) or PT45M"],
  tick: (item, { value }) => (value === true ? "" : ["it is not a tick", "tick or skip the probe"]),
};
const LIMITS = { scale: scaleLimit, number: numberLimit, date: dateLimit };

/**
 * Say what is wrong with an answer.
 *
 * @param {object} item A question or probe of the guide, as JSON.
 * @param {object} answer {value}, {missing} or {value, other}.
 * @returns {null | {problem: string, remedy: string}} Null where it fits; never repeats the answer.
 */
export function misfit(item, answer) {
  const value = answer.value ?? null;
  const other = answer.other ?? null;
  if ((answer.missing ?? null) !== null) {
    if (value === null && other === null) return null;
    return { problem: "it has a value and a reason for none", remedy: "give one of the two" };
  }
  if (value === null) {
    return { problem: "it is empty", remedy: "give a value, or say why there is none" };
  }
  const type = typeOf(item);
  const wrong = TYPES[type](item, answer);
  if (wrong) return { problem: wrong[0], remedy: wrong[1] };
  const limit = LIMITS[type]?.(item, answer) ?? "";
  return limit ? { problem: limit, remedy: "" } : null;
}

/** The type of a question or probe; the file may leave it out. */
export function typeOf(item) {
  return item.type ?? ("probe" in item ? "tick" : "text");
}

/** The ids that can be chosen, "other" last. */
export function choiceIds(item) {
  if (typeOf(item) === "yes-no") return ["yes", "no"];
  const ids = (item.choices ?? []).map((choice) => choice.id);
  return item.other ? [...ids, "other"] : ids;
}

/** A text as code points are counted, which is how Python and REFI-QDA count. */
export function lengthOf(text) {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function text(item, { value }) {
  if (typeof value !== "string") return ["it is not text", "give text"];
  if (value.length > LONGEST_TEXT && lengthOf(value) > LONGEST_TEXT) {
    return ["it is longer than 1,000,000 characters", "split it into notes"];
  }
  return "";
}

function one(item, answer) {
  const known = choiceIds(item);
  if (!known.includes(answer.value)) {
    return ["it is not one of the choices", `choose one of ${known.join(", ")}`];
  }
  return others(answer, [answer.value]);
}

function several(item, answer) {
  const known = choiceIds(item);
  const values = answer.value;
  if (!Array.isArray(values) || !values.length || values.some((each) => !known.includes(each))) {
    return ["it is not a list of its choices", `choose from ${known.join(", ")}`];
  }
  if (new Set(values).size !== values.length) {
    return ["a choice stands in it twice", "name each choice once"];
  }
  const alone = (item.choices ?? []).filter((choice) => choice.exclusive).map((choice) => choice.id);
  if (values.length > 1 && values.some((each) => alone.includes(each))) {
    return ["a choice that excludes the others stands beside others", "keep one or the other"];
  }
  return others(answer, values);
}

function others(answer, values) {
  if ((answer.other ?? null) !== null && !values.includes("other")) {
    return ["words for 'other' are given, but 'other' is not chosen", "choose 'other' as well"];
  }
  return "";
}

function number(item, { value }) {
  if (typeof value !== "number" || !Number.isFinite(value)) return ["it is not a number", "give a number"];
  const places = item.decimals ?? null;
  if (places !== null && Number(value.toFixed(places)) !== value) {
    return [`it has more than ${places} decimal places`, "round it"];
  }
  return "";
}

function date(item, { value }) {
  const bounds = typeof value === "string" ? dateBounds(value) : null;
  if (bounds === null) {
    return ["it is not a date", "write 2017, 2017-03, 2017-21 (spring) or 2017-03-05"];
  }
  if (item.precision === "exact" && bounds[0] !== bounds[1]) {
    return ["it is not a day", "write a day such as 2017-03-05"];
  }
  return "";
}

function scaleLimit(item, { value }) {
  const [low, high] = [item.from ?? 0, item.to ?? 0];
  return low <= value && value <= high ? "" : `the scale goes from ${low} to ${high}`;
}

function numberLimit(item, { value }) {
  const unit = item.unit ? ` ${item.unit}` : "";
  if ((item.min ?? null) !== null && value < item.min) return `at least ${item.min}${unit}`;
  if ((item.max ?? null) !== null && value > item.max) return `at most ${item.max}${unit}`;
  return "";
}

function dateLimit(item, { value }) {
  const [first, last] = dateBounds(value);
  const earliest = bound(item.earliest);
  const latest = bound(item.latest);
  if (earliest && last < earliest[0]) return `not before ${item.earliest}`;
  if (latest && first > latest[1]) return `not after ${item.latest}`;
  return "";
}

function bound(said) {
  return (said ?? null) === null ? null : dateBounds(String(said));
}
