// A guide as a call follows it: its items in order, what has to come before each, and its wordings with
// earlier answers inserted. The gate is the twin of toolkit/capture/session/course.py.

import { typeOf } from "./answer-checks.js";
import { dateBounds } from "./answers.js";
import { evaluate, unheldChecks } from "./routing.js";
import { fill, wording } from "./wordings.js";

const SEASONS = { 21: "spring", 22: "summer", 23: "autumn", 24: "winter" };
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];
const UNITS = { M: "month", Y: "year", W: "week", D: "day", TH: "hour", TM: "minute" };

export class Course {
  /** @param {object} opened What the server gave on opening. */
  constructor(opened) {
    this.guide = opened.guide;
    this.program = opened.program;
    this.facts = opened.facts;
    this.language = opened.view.language || this.guide.languages[0];
    this.items = new Map();
    this.sections = new Map();
    for (const section of this.guide.sections) {
      this.sections.set(section.section, section);
      this.layOut(section.items);
    }
    this.endings = new Map(this.guide.endings.map((ending) => [ending.ending, ending]));
  }

  /** The item that a ref names, whatever its round. */
  item(ref) {
    return this.items.get(ref.split("@")[0]);
  }

  /** The question that a ref belongs to, in its round: of "q2.who@1" it is "q2@1". */
  questionOf(ref) {
    const [base, round] = ref.split("@");
    return base.split(".")[0] + (round ? `@${round}` : "");
  }

  /** Refs of the probes of a question, in its round. */
  probes(ref) {
    const round = roundOf(ref);
    return (this.item(ref).probes ?? []).map((probe) => `${ref.split("@")[0]}.${probe.probe}${round}`);
  }

  /** Where the answers lead. */
  route(answers) {
    return evaluate(this.program, answers);
  }

  /** Checks that do not hold, with their message. */
  checks(answers, route) {
    return unheldChecks(this.program, answers, route).map((check) => ({
      ...check,
      message: wording(this.item(check.ref).checks[check.number].message, this.language),
    }));
  }

  /** Scripts, questions and repeated groups in order, each round of a group that is gone through. */
  stations(route) {
    const open = new Set(route.open);
    const found = [];
    for (const step of this.program.steps) {
      found.push({ ref: step.id, kind: step.kind, section: step.section });
      for (let number = 1; step.kind === "group" && this.isOpen(step, number, open); number += 1) {
        for (const inner of step.steps) {
          found.push({ ref: `${inner.id}@${number}`, kind: inner.kind, section: step.section });
        }
      }
    }
    return found.map((each) => ({ ...each, open: open.has(each.ref) }));
  }

  /** Scripts that stand before a question and are not confirmed (clauses P04, P11). */
  gate(ref, route) {
    const pending = new Set(route.pending);
    const missing = [];
    for (const { ref: each, kind } of this.stations(route)) {
      if (each === ref) break;
      const own = !roundOf(each) || roundOf(each) === roundOf(ref);
      if (kind === "script" && own && pending.has(each)) missing.push(each);
    }
    return missing;
  }

  /** A wording in the language that is spoken; where it is not there in it, in the guide's first. */
  spoken(said) {
    const base = this.guide.languages[0];
    if (!said || typeof said !== "object") return { text: said || "", lang: base };
    const lang = [this.language, base, ...Object.keys(said)].find((each) => said[each]) ?? base;
    return { text: said[lang] ?? "", lang };
  }

  /** The same, with earlier answers and facts of the protocol put in. */
  words(said, answers, open, round = "") {
    const { text, lang } = this.spoken(said);
    const filled = fill(text, (ref, fallback) => {
      if (ref.startsWith("protocol.")) {
        return wording(this.facts[ref.slice("protocol.".length)], this.language) || fallback;
      }
      const here = open.has(ref + round) ? ref + round : ref;
      const answer = open.has(here) ? answers.get(here) : undefined;
      return (answer && this.said(here, answer)) || fallback;
    });
    return { text: filled, lang };
  }

  /** An answer in words, as it can stand inside a sentence. */
  said(ref, answer) {
    const item = this.item(ref);
    const value = answer.value ?? null;
    if (value === null) return "";
    switch (typeOf(item)) {
      case "single":
      case "multiple":
        return listed([value].flat().map((id) => this.choiceSaid(item, id, answer.other)));
      case "scale":
        return wording(item.labels?.[value], this.language) || String(value);
      case "number":
        return item.unit ? `${value} ${item.unit}` : String(value);
      case "date":
        return dateSaid(value);
      case "duration":
        return durationSaid(value);
      default:
        return String(value).trim();
    }
  }

  choiceSaid(item, id, other) {
    if (id === "other" && item.other) return other || this.otherLabel(item);
    const choice = (item.choices ?? []).find((each) => each.id === id);
    return choice ? wording(choice.label, this.language) : id;
  }

  otherLabel(item) {
    return item.other === true ? "other" : wording(item.other, this.language);
  }

  /** How a station is called in lists: q3 is "3", a script by its id. */
  name(ref) {
    const [base, round] = ref.split("@");
    const said = /^q\d+$/.test(base) ? base.slice(1) : base.replaceAll("-", " ");
    return round ? `${said} (${round})` : said;
  }

  layOut(items) {
    for (const item of items) {
      const id = item.question ?? item.script ?? item.group;
      this.items.set(id, item);
      for (const probe of item.probes ?? []) this.items.set(`${id}.${probe.probe}`, probe);
      if (item.group) this.layOut(item.items);
    }
  }

  isOpen(step, number, open) {
    return step.steps.some((inner) => open.has(`${inner.id}@${number}`));
  }
}

/** The round of a ref with its sign, "@2"; empty where it has none. */
export function roundOf(ref) {
  const round = ref.split("@")[1];
  return round ? `@${round}` : "";
}

/** A date in words: "spring 2017", "5 March 2016". */
export function dateSaid(edtf) {
  if (!dateBounds(edtf)) return edtf;
  const [year, month, day] = edtf.split("-");
  if (month === undefined) return year;
  const name = SEASONS[month] ?? MONTHS[Number(month) - 1];
  return day === undefined ? `${name} ${year}` : `${Number(day)} ${name} ${year}`;
}

/** A length of time in words: "3 weeks". */
export function durationSaid(iso) {
  const parts = /^P(T?)([\d.]+)([YMWDH])$/.exec(iso);
  if (!parts) return iso;
  return `${parts[2]} ${UNITS[parts[1] + parts[3]]}${Number(parts[2]) === 1 ? "" : "s"}`;
}

function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
