// Answers: which values there are, and how they are written. The twin of toolkit/guide/topic/answers.py: same words in, same words out.
//
// An answer is plain JSON, as the journal keeps it: {value}, {missing}, {value, other}.

export const MISSING = ["dont-know", "refused", "not-asked", "skipped"];

// Days in one unit; months and years are means of the Gregorian calendar.
const DAYS = { M: 30.436875, Y: 365.2425, W: 7, D: 1, TH: 1 / 24, TM: 1 / 1440 };
const DURATION = /^(?:P(\d{1,6}(?:\.\d{1,3})?)([YMWD])|PT(\d{1,6}(?:\.\d{1,3})?)([HM]))$/;
const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;
const SEASONS = { 21: ["03", "05"], 22: ["06", "08"], 23: ["09", "11"], 24: ["12", "12"] };
const SEASON_WORDS = new Map([["spring", "21"], ["summer", "22"], ["autumn", "23"], ["winter", "24"]]);
const MONTHS = [
  ["january", "jan"], ["february", "feb"], ["march", "mar"], ["april", "apr"], ["may"],
  ["june", "jun"], ["july", "jul"], ["august", "aug"], ["september", "sep", "sept"],
  ["october", "oct"], ["november", "nov"], ["december", "dec"],
];
const MONTH_WORDS = new Map(
  MONTHS.flatMap((words, at) => words.map((word) => [word, String(at + 1).padStart(2, "0")])),
);
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

// Python strips other blanks than JavaScript does; both sides strip these.
const BLANKS = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const AROUND = new RegExp(`^${BLANKS}+|${BLANKS}+$`, "g");
const BETWEEN = new RegExp(`${BLANKS}+`, "g");

/** Take the blanks off both ends. */
export function strip(text) {
  return text.replace(AROUND, "");
}

/** The first and last day that an EDTF date can mean; null where it is none. */
export function dateBounds(edtf) {
  const parts = DATE.exec(edtf);
  if (!parts || parts[1] < "1900" || parts[1] > "2199") return null;
  const [, year, month, day] = parts;
  if (day !== undefined) {
    return month <= "12" && "01" <= day && day <= daysIn(year, month) ? [edtf, edtf] : null;
  }
  if (month === undefined) return [`${year}-01-01`, `${year}-12-31`];
  if (month in SEASONS) {
    const first = SEASONS[month][0];
    const [ends, last] = month === "24" ? [String(Number(year) + 1), "02"] : [year, SEASONS[month][1]];
    return [`${year}-${first}-01`, `${ends}-${last}-${daysIn(ends, last)}`];
  }
  if (month < "01" || month > "12") return null;
  return [`${year}-${month}-01`, `${year}-${month}-${daysIn(year, month)}`];
}

/** What people say ("spring 2017", "5 March 2016") as EDTF; null where it is neither. */
export function readDate(said) {
  const text = strip(said).toLowerCase().replace(BETWEEN, " ");
  if (dateBounds(text)) return text;
  const words = strip(text.replaceAll(",", " ")).split(BETWEEN);
  const year = words.pop();
  if (!/^[0-9]{4}$/.test(year) || !words.length || words.length > 2) return null;
  const word = words.pop();
  const month = SEASON_WORDS.get(word) ?? MONTH_WORDS.get(word);
  if (month === undefined) return null;
  let edtf = `${year}-${month}`;
  if (words.length) {
    const day = /^([0-9]{1,2})(?:st|nd|rd|th)?$/.exec(words[0]);
    edtf = day ? `${edtf}-${String(Number(day[1])).padStart(2, "0")}` : "";
  }
  return dateBounds(edtf) ? edtf : null;
}

/** The length in days of an ISO 8601 duration with one unit; null where it is none. */
export function durationDays(iso) {
  const parts = DURATION.exec(iso);
  if (!parts) return null;
  return parts[2] ? Number(parts[1]) * DAYS[parts[2]] : Number(parts[3]) * DAYS[`T${parts[4]}`];
}

function daysIn(year, month) {
  if (month < "01" || month > "12") return "00";
  const number = Number(year);
  const leap = number % 4 === 0 && (number % 100 !== 0 || number % 400 === 0);
  return month === "02" && leap ? "29" : String(MONTH_DAYS[Number(month) - 1]);
}
