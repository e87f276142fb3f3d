// Edits that are not acknowledged yet, kept in this browser: encrypted, and deleted on acknowledgement.
//
// The key comes from the server after signing in, is the same after a restart of the server, and is held
// in memory only, where not even this page can read it back. It is derived from the participant's own key:
// when that is destroyed (withdrawal), what is left here opens no more.

import { Sealer } from "./seal.js";

const EDITS = "edits";
const PLACES = "places";
const FORMS = ["concern", "turn"]; // each at most once on a screen

export class Outbox {
  constructor(database, sealer, session) {
    this.database = database;
    this.sealer = sealer;
    this.session = session;
    this.corner = ""; // whose screen it is, where a session has more than one
    this.issued = new Map(); // edits whose sealing had to wait
    this.forms = new Map(); // what stands in forms that are not sent
  }

  /**
   * @param {string} study Name for this study's database in the browser.
   * @param {string} session Id of the session.
   * @param {string} key Base64 of 32 bytes, from the server.
   */
  static async open(study, session, key) {
    const raw = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
    const sealer = await Sealer.from(raw);
    raw.fill(0);
    return new Outbox(await database(study), sealer, session);
  }

  /**
   * Keep an edit. It is handed to the browser before this returns, so that it survives a crash of the tab
   * right after the keystroke; the promise resolves when it is on the disk.
   */
  put(client, edit) {
    const name = `${client}|${edit.number}`;
    const plain = bytes(JSON.stringify(edit));
    const row = this.sealer.now(plain, this.context(name));
    const write = (sealed) =>
      this.change(EDITS, "strict", (store) => store.put({ session: this.session, client, number: edit.number, ...sealed }));
    if (row) return write(row);
    const later = this.sealer.later(plain, this.context(name)).then(write);
    this.issued.set(name, later);
    return later;
  }

  /** Forget an edit that was acknowledged, or is no longer wanted. */
  async drop(client, number) {
    const name = `${client}|${number}`;
    await this.issued.get(name);
    this.issued.delete(name);
    return this.change(EDITS, "relaxed", (store) => store.delete([this.session, client, number]));
  }

  /** Edits of all windows on this session, those that open, by window and in order. */
  async edits() {
    const range = IDBKeyRange.bound([this.session], [this.session, []]);
    const found = await done(this.read(EDITS).getAll(range));
    const opened = new Map();
    for (const row of found) {
      const edit = await this.unseal(row, `${row.client}|${row.number}`);
      if (edit) opened.set(row.client, [...(opened.get(row.client) ?? []), edit]);
    }
    for (const edits of opened.values()) edits.sort((a, b) => a.number - b.number);
    return opened;
  }

  /** Keep where the cursor is; of many moves in a row the last one. */
  async putPlace(place) {
    this.next = place;
    if (this.placing) return;
    this.placing = true;
    try {
      while (this.next) {
        const now = this.next;
        this.next = null;
        const plain = bytes(JSON.stringify(now));
        const row = await this.sealer.later(plain, this.context(`place${this.corner}`));
        await this.change(PLACES, "relaxed", (store) => store.put({ session: this.session + this.corner, ...row }));
      }
    } finally {
      this.placing = false;
    }
  }

  /** Keep the steps that can be undone; of many changes in a row the last one. */
  async putHistory(steps) {
    this.steps = steps;
    if (this.stepping) return;
    this.stepping = true;
    try {
      while (this.steps) {
        const now = this.steps;
        this.steps = null;
        const session = this.named("history");
        const row = await this.sealer.later(bytes(JSON.stringify(now)), this.context(session));
        await this.change(PLACES, "relaxed", (store) => store.put({ session, ...row }));
      }
    } finally {
      this.stepping = false;
    }
  }

  /** The steps that could be undone when the window died; null where nothing is known. */
  async history() {
    const row = await done(this.read(PLACES).get(this.named("history")));
    return row ? this.unseal(row, row.session) : null;
  }

  /** Where the cursor was; null where nothing is known. */
  async place() {
    const row = await done(this.read(PLACES).get(this.session + this.corner));
    return row ? this.unseal(row, `place${this.corner}`) : null;
  }

  /**
   * Keep what stands in a form that is not sent yet; null forgets it. As with an edit, it is handed to the browser
   * before this returns.
   */
  async keep(form, told) {
    this.forms.set(form, told);
    const session = this.named(form);
    const write = (sealed) => {
      // A sealing that had to wait may come after what was put in later.
      if (this.forms.get(form) !== told) return undefined;
      return this.change(PLACES, "strict", (store) => (sealed ? store.put({ session, ...sealed }) : store.delete(session)));
    };
    if (!told) return write(null);
    const plain = bytes(JSON.stringify(told));
    return write(this.sealer.now(plain, this.context(session)) ?? (await this.sealer.later(plain, this.context(session))));
  }

  /** Learn what stood in forms when the window died. */
  async recall() {
    for (const form of FORMS) {
      const row = await done(this.read(PLACES).get(this.named(form)));
      this.forms.set(form, row ? await this.unseal(row, row.session) : null);
    }
  }

  named(form) {
    return `${this.session}${this.corner}|${form}`;
  }

  read(name) {
    return this.database.transaction(name, "readonly").objectStore(name);
  }

  change(name, durability, act) {
    const transaction = this.database.transaction(name, "readwrite", { durability });
    act(transaction.objectStore(name));
    transaction.commit(); // at once: a tab that dies now has handed it over
    const { promise, resolve, reject } = promised();
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    return promise;
  }

  context(name) {
    return bytes(`${this.session}|${name}`);
  }

  async unseal(row, name) {
    // What was sealed under another key is not ours to open, nor to throw away.
    const plain = await this.sealer.open(row, this.context(name));
    return plain && JSON.parse(new TextDecoder().decode(plain));
  }
}

function database(study) {
  const asked = indexedDB.open(`toolkit-${study}`, 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore(EDITS, { keyPath: ["session", "client", "number"] });
    asked.result.createObjectStore(PLACES, { keyPath: "session" });
  };
  return done(asked);
}

function done(request) {
  const { promise, resolve, reject } = promised();
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
  return promise;
}

function promised() {
  let resolve;
  let reject;
  const promise = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function bytes(text) {
  return new TextEncoder().encode(text);
}
