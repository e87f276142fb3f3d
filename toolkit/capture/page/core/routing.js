// Routing: which items are open, given the answers. The twin of toolkit/guide/topic/program.py, which explains the program's format.
//
// Both are held to one table of cases (tests/guide/cases/*.json) and to generated guides. JSON knows
// one kind of number, so 1 and 1.0 are the same here.

import { dateBounds, durationDays } from "./answers.js";

const SIGNS = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const isText = (value) => typeof value === "string";
const isNumber = (value) => typeof value === "number";

// A value of another kind than the test asks for is no answer to it: the test is false.
const FITS = {
  choice: isText,
  number: isNumber,
  count: (value) => Number.isInteger(value) || Array.isArray(value),
  duration: isText,
  date: isText,
  in: (value) => isText(value) || isNumber(value),
  includes: Array.isArray,
};
const TESTS = {
  choice: plain,
  number: plain,
  count: (test, value) => SIGNS[test[1]](Array.isArray(value) ? value.length : value, test[3]),
  duration: lasts,
  date: lies,
  in: (test, value) => test[2].includes(value),
  includes: (test, value) => value.includes(test[2]),
};

/**
 * Follow the routing of a guide for a set of answers.
 *
 * @param {object} program From compile_guide, as JSON.
 * @param {Map<string, object>} answers By ref; a Map, because a question may be called "constructor".
 * @returns {{open: string[], parked: string[], pending: string[], ending: string}}
 */
export function evaluate(program, answers) {
  const walk = { answers, live: new Map(), open: [], pending: [] };
  const { steps } = program;
  let position = 0;
  let ending = null;
  while (position < steps.length) {
    const step = steps[position];
    position += 1;
    if (step.when !== null && !holds(step.when, walk.live)) continue;
    take(walk, step, "");
    const to = step.routes ? taken(step.routes, walk.live) : null;
    if (typeof to === "string") {
      ending = to;
      break;
    }
    position = to ?? position;
  }
  const reached = new Set(walk.open);
  const parked = [...answers.keys()].filter((ref) => !reached.has(ref.split("[")[0]));
  return { open: walk.open, parked, pending: walk.pending, ending: ending ?? program.default ?? "" };
}

/**
 * Whether a test holds for the answers that count.
 *
 * @param {Array} test A test of the program.
 * @param {Map<string, object>} live Answers that are open.
 * @param {string} round "@2" inside the second round of a repeated group, else empty.
 */
export function holds(test, live, round = "") {
  const kind = test[0];
  if (kind === "and") return test.slice(1).every((part) => holds(part, live, round));
  if (kind === "or") return test.slice(1).some((part) => holds(part, live, round));
  if (kind === "not") return !holds(test[1], live, round);
  const answer = live.get(inRound(namedBy(test)[0], round));
  if (kind === "state") return inState(answer, test[2]) === test[3];
  if (kind === "pair") return pair(test, answer, live.get(inRound(test[3], round)));
  const value = answer?.value ?? null;
  return value !== null && FITS[kind](value) && TESTS[kind](test, value);
}

/**
 * The checks of a guide that do not hold; the twin of check_answers in toolkit/guide/topic/answering.py.
 *
 * @returns {Array<{ref: string, level: "hard" | "soft", number: number}>}
 */
export function unheldChecks(program, answers, route) {
  const open = route.open.filter((ref) => answers.has(ref));
  const live = new Map(open.map((ref) => [ref, answers.get(ref)]));
  const checks = checksOf(program.steps, new Map());
  const found = [];
  for (const ref of route.open) {
    const [base, mark] = ref.split("[")[0].split("@");
    const round = mark ? `@${mark}` : "";
    for (const { level, test, number } of checks.get(base) ?? []) {
      if (canBeMade(test, live, round) && !holds(test, live, round)) found.push({ ref, level, number });
    }
  }
  return found;
}

function reach(walk, ref, required) {
  walk.open.push(ref);
  const answer = walk.answers.get(ref);
  if (answer !== undefined) walk.live.set(ref, answer);
  else if (required) walk.pending.push(ref);
}

function take(walk, step, round) {
  if (step.kind === "group") {
    repeat(walk, step);
    return;
  }
  reach(walk, step.id + round, step.required);
  for (const probe of step.probes ?? []) {
    if (probe.when === null || holds(probe.when, walk.live, round)) {
      reach(walk, probe.id + round, probe.required);
    }
  }
}

function repeat(walk, step) {
  reach(walk, step.id, false);
  const given = walk.live.get(step.id)?.value;
  let rounds = step.repeat.min;
  if (Number.isInteger(given)) {
    rounds = Math.max(rounds, Math.min(given, step.repeat.max));
    // What is counted is what is gone through, whatever number was given.
    walk.live.set(step.id, { value: rounds });
  }
  for (let number = 1; number <= rounds; number += 1) {
    const round = `@${number}`;
    for (const inner of step.steps) {
      if (inner.when === null || holds(inner.when, walk.live, round)) take(walk, inner, round);
    }
  }
}

function taken(routes, live) {
  return routes.find((route) => route.when === null || holds(route.when, live))?.to ?? null;
}

function inRound(ref, round) {
  return ref.endsWith("@") ? ref.slice(0, -1) + round : ref;
}

function inState(answer, state) {
  if (answer === undefined) return false;
  if (state === "answered" || state === "ticked") return (answer.value ?? null) !== null;
  return answer.missing === state;
}

function plain(test, value) {
  return SIGNS[test[1]](value, test[3]);
}

function lasts(test, value) {
  const days = durationDays(value);
  return days !== null && SIGNS[test[1]](days, test[3]);
}

/** Compare what a date can mean with what the other can mean; unsure is false. */
function lies(test, value) {
  const said = dateBounds(value);
  if (said === null) return false;
  const [first, last] = said;
  const [low, high] = test.slice(3, 5);
  return {
    "=": low <= first && last <= high,
    "!=": last < low || high < first,
    "<": last < low,
    "<=": last <= high,
    ">": first > high,
    ">=": first >= low,
  }[test[1]];
}

function pair(test, one, two) {
  const [, sign, ref, , kind] = test;
  const [a, b] = [one?.value ?? null, two?.value ?? null];
  if (a === null || b === null || !FITS[kind](a) || !FITS[kind](b)) return false;
  if (kind === "date") {
    const bounds = dateBounds(b);
    return bounds !== null && lies(["date", sign, ref, ...bounds], a);
  }
  if (kind === "duration") {
    const days = durationDays(b);
    return days !== null && lasts(["duration", sign, ref, days], a);
  }
  return SIGNS[sign](a, b);
}

function checksOf(steps, found) {
  for (const step of steps) {
    for (const each of [step, ...(step.probes ?? [])]) if (each.checks) found.set(each.id, each.checks);
    checksOf(step.steps ?? [], found);
  }
  return found;
}

function canBeMade(test, live, round) {
  if (test === null) return false;
  if (["and", "or", "not"].includes(test[0])) {
    return test.slice(1).every((part) => canBeMade(part, live, round));
  }
  const named = namedBy(test).map((ref) => inRound(ref, round));
  if (test[0] === "state") return live.has(named[0]);
  return named.every((ref) => (live.get(ref)?.value ?? null) !== null);
}

function namedBy(test) {
  if (test[0] === "pair") return test.slice(2, 4);
  return [["state", "in", "includes"].includes(test[0]) ? test[1] : test[2]];
}
