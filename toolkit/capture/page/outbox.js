// What was typed and is not acknowledged yet, kept in this browser: encrypted, purged on acknowledgement.
//
// The key comes from the server after signing in, is the same after a restart of the server, and is held
// in memory only, where not even this page can read it back. It is derived from the participant's own key:
// when that is destroyed (withdrawal), what is left here opens no more.

const EDITS = "edits";
const PLACES = "places";

export class Outbox {
  constructor(database, key, session) {
    this.database = database;
    this.key = key;
    this.session = session;
    this.todo = [];
    this.working = null;
  }

  /**
   * @param {string} study Name for this study's database in the browser.
   * @param {string} session Id of the session.
   * @param {string} key Base64 of 32 bytes, from the server.
   */
  static async open(study, session, key) {
    const raw = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
    const held = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    raw.fill(0);
    return new Outbox(await database(study), held, session);
  }

  /** Keep an edit; the promise resolves when it is on the disk. */
  put(client, edit) {
    return this.later({ client, number: edit.number, edit });
  }

  /** Forget an edit that was acknowledged, or is no longer wanted. */
  drop(client, number) {
    return this.later({ client, number, edit: null });
  }

  /** Edits of all windows on this session, those that open, by window and in order. */
  async edits() {
    const range = IDBKeyRange.bound([this.session], [this.session, []]);
    const found = await done(this.store(EDITS, "readonly").getAll(range));
    const opened = new Map();
    for (const row of found) {
      const edit = await this.unseal(row, `${row.client}|${row.number}`);
      if (edit) opened.set(row.client, [...(opened.get(row.client) ?? []), edit]);
    }
    for (const edits of opened.values()) edits.sort((a, b) => a.number - b.number);
    return opened;
  }

  /** Keep where the cursor is. */
  async putPlace(place) {
    const row = await this.seal(place, "place");
    await finished(this.store(PLACES, "readwrite", "relaxed").put({ session: this.session, ...row }));
  }

  /** Where the cursor was; null where nothing is known. */
  async place() {
    const row = await done(this.store(PLACES, "readonly").get(this.session));
    return row ? this.unseal(row, "place") : null;
  }

  /** Put off work until the work before it is done; what was overtaken meanwhile is left out. */
  later(task) {
    const { promise, resolve, reject } = promised();
    this.todo.push({ ...task, resolve, reject });
    this.working ??= this.work();
    return promise;
  }

  async work() {
    while (this.todo.length) {
      const tasks = this.todo.splice(0);
      const last = new Map(tasks.map((task) => [`${task.client}|${task.number}`, task]));
      try {
        await this.write([...last.values()]);
        for (const task of tasks) task.resolve();
      } catch (fault) {
        for (const task of tasks) task.reject(fault);
      }
    }
    this.working = null;
  }

  async write(tasks) {
    // Sealing comes first: a transaction does not wait for anything but itself.
    const rows = await Promise.all(
      tasks.map(({ client, number, edit }) => edit && this.seal(edit, `${client}|${number}`)),
    );
    const store = this.store(EDITS, "readwrite", "strict");
    tasks.forEach(({ client, number }, at) => {
      if (rows[at]) store.put({ session: this.session, client, number, ...rows[at] });
      else store.delete([this.session, client, number]);
    });
    await finished({ transaction: store.transaction });
  }

  store(name, mode, durability = "default") {
    return this.database.transaction(name, mode, { durability }).objectStore(name);
  }

  async seal(value, context) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = bytes(`${this.session}|${context}`);
    const plain = bytes(JSON.stringify(value));
    const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, this.key, plain);
    return { iv, box };
  }

  async unseal({ iv, box }, context) {
    try {
      const additionalData = bytes(`${this.session}|${context}`);
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, this.key, box);
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return null; // sealed under another key: not ours to open, nor to throw away
    }
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

function finished({ transaction }) {
  const { promise, resolve, reject } = promised();
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error);
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
