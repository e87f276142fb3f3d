// The messages between page and server; toolkit/capture/service/messages/session.py is the other end, and describes
// every message field by field.

/** The server does not answer, or cannot write: try again later, nothing was acknowledged. */
export class Unreachable extends Error {
  constructor(why, faults = []) {
    super(why);
    this.faults = faults;
  }
}

/** The server knows us no longer: sign in again in another window. */
export class SignedOut extends Error {}

/** The server refuses, and says why in messages of the catalogue. */
export class Refused extends Error {
  constructor(faults) {
    super(faults.map((fault) => fault.code).join(" "));
    this.faults = faults;
  }
}

const PATIENCE = 5000; // ms without an answer after which the server counts as gone

export class Wire {
  /**
   * @param {URL} base Address of the service on this server, ending in "/toolkit/".
   * @param {string} session Id of the session.
   * @param {string} kind "sessions", or "forums".
   * @param {string} role Whose screen it is, where a session has more than one.
   */
  constructor(base, session, kind = "sessions", role = "") {
    this.address = new URL(`api/${kind}/${encodeURIComponent(session)}`, base);
    this.role = role;
  }

  /** Everything that a window needs to begin or go on: an Opened. */
  open(client) {
    return this.ask("GET", `?client=${client}`);
  }

  /** Begin the call: an Opened, or Refused (no consent, a third call on one day). */
  begin(language) {
    return this.ask("POST", `/begin?language=${encodeURIComponent(language)}`, {});
  }

  /** Record an attempt that did not become a call: a Before, or Refused (a third call on one day). */
  attempt(tried) {
    return this.ask("POST", "/attempts", tried);
  }

  /** Invented answers by ref, in a rehearsal. */
  invented(refs) {
    return this.ask("POST", `/invented?refs=${encodeURIComponent(refs.join(" "))}`, {});
  }

  /** Send edits: a Receipt. Edits that were taken before are not taken twice. */
  send(edits) {
    return this.ask("POST", "/edits", edits);
  }

  /** Say that this window is being closed; nobody waits for an answer. */
  leave(client) {
    const headers = { ...secrets(), "Content-Type": "application/json" };
    const body = JSON.stringify({ client, leaving: true });
    fetch(`${this.address.href}/edits`, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  }

  async ask(method, rest, body) {
    const headers = secrets();
    if (body) headers["Content-Type"] = "application/json";
    let answer;
    let told;
    try {
      answer = await fetch(this.address.href + rest, {
        method,
        headers,
        body: body && JSON.stringify(body),
        cache: "no-store",
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
      told = answer.status === 200 || answer.status >= 400 ? await answer.text() : "";
    } catch {
      throw new Unreachable("no answer");
    }
    return read(answer, told);
  }
}

function read(answer, text) {
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new SignedOut();
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    throw new Unreachable(`status ${answer.status}`);
  }
  if (answer.ok) return told;
  const faults = told.faults ?? [];
  if (faults.length && answer.status < 500) throw new Refused(faults);
  throw new Unreachable(`status ${answer.status}`, faults);
}

/** What is sent beside the cookie: the XSRF token, and the page's own secret where the server wants one. */
function secrets() {
  const key = sessionStorage.getItem(KEY);
  return { "X-XSRFToken": cookie("_xsrf"), ...(key ? { "X-Toolkit-Key": key } : {}) };
}

const KEY = "toolkit-key";

/** Take the page's secret out of the address, where it came behind the #; this tab keeps it over a reload. */
export function keepKey() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (!key) return;
  sessionStorage.setItem(KEY, key);
  const address = new URL(location.href);
  address.hash = "";
  address.searchParams.delete("token"); // what lets somebody in stays out of the history
  history.replaceState(null, "", address);
}

function cookie(name) {
  const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
