// Saving: numbers every edit, keeps it in the outbox, sends it, and tells the truth about it.
//
// A field is "saved" only when the server has acknowledged the last edit of it. Bursts are coalesced: of
// edits of one field that were not sent yet, the last one counts.

import { SignedOut, Unreachable } from "./wire.js";

const PULSE = 3000; // ms between questions whether the server is there
const LONGEST_WAIT = 1000; // ms before the next try
const BATCH = 200; // edits in one message
// Each of these says something of its own: what is typed next in the same field does not take its place.
const LASTING = new Set(["note", "edit", "turn"]);

export class Saving extends EventTarget {
  /**
   * Tells "change" when a state changed, "view" when another window wrote, "refused" when the server
   * did not take an edit.
   *
   * @param {Wire} wire
   * @param {Outbox} outbox
   * @param {string} client Id of this window.
   * @param {number} known Number of the last event that this window knows of.
   * @param {number} pulse Milliseconds between questions whether the server is there and has news.
   */
  constructor(wire, outbox, client, known, pulse = PULSE) {
    super();
    Object.assign(this, { wire, outbox, client, known });
    this.number = 0;
    this.waiting = []; // {edit, field, sent, kept}
    this.touched = new Set(); // fields that were edited in this window
    this.refused = new Map(); // field or step to faults
    this.apart = new Map(); // field with two versions to the base that stays until somebody chose
    this.others = 0;
    this.savedAt = null;
    this.trouble = null; // {since, signedOut, faults} while the server does not answer
    this.busy = false;
    this.timer = setInterval(() => this.pump(true), pulse);
  }

  /**
   * Save an edit.
   *
   * @param {object} edit {step, ref, ...} as in messages/session.py; number and base are put in here.
   * @param {string} field The field that it writes to; empty for steps that write to none.
   */
  edit(edit, field = "") {
    this.number += 1;
    const base = this.apart.get(field) ?? this.known;
    const entry = { edit: { number: this.number, base, ...edit }, field, sent: false, kept: false };
    if (field) this.supersede(field);
    this.waiting.push(entry);
    if (field) this.touched.add(field);
    this.refused.delete(field || edit.step);
    this.outbox.put(this.client, entry.edit).then(
      () => this.changed(() => (entry.kept = true)),
      () => this.changed(() => (entry.kept = false)),
    );
    this.changed();
    this.pump();
    return entry.edit.number;
  }

  /** "saved", "saving", "refused", "apart", or "" where nothing was edited in this window. */
  stateOf(field) {
    if (this.apart.has(field)) return "apart";
    if (this.waiting.some((entry) => entry.field === field)) return "saving";
    if (this.refused.has(field)) return "refused";
    return this.touched.has(field) ? "saved" : "";
  }

  /** How many edits wait, how many of them are kept in this browser, and what keeps them. */
  get state() {
    return {
      waiting: this.waiting.length,
      kept: this.waiting.filter((entry) => entry.kept).length,
      trouble: this.trouble,
      others: this.others,
      savedAt: this.savedAt,
    };
  }

  /** Resolves when everything that was edited so far is saved; for steps that must not overtake. */
  async settled() {
    while (this.waiting.length) {
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }));
    }
  }

  /** Somebody chose one of two versions: from now on this field is like any other. */
  choose(field) {
    this.apart.delete(field);
    this.changed();
  }

  /** What was typed into a field so far reaches the journal, whatever takes its place before it is sent. */
  hold(field) {
    const last = this.waiting.findLast((entry) => entry.field === field);
    if (last) last.lasting = true;
  }

  stop() {
    clearInterval(this.timer);
    this.stopped = true;
  }

  supersede(field) {
    const overtaken = this.waiting.filter((entry) => entry.field === field && !entry.sent && !entry.lasting && !LASTING.has(entry.edit.step));
    for (const { edit } of overtaken) this.outbox.drop(this.client, edit.number).catch(() => {});
    this.waiting = this.waiting.filter((entry) => !overtaken.includes(entry));
  }

  changed(first) {
    first?.();
    this.dispatchEvent(new Event("change"));
  }

  async pump(ask = false) {
    if (this.busy || this.stopped) return;
    this.busy = true;
    let wait = 100;
    while ((this.waiting.length || ask) && !this.stopped) {
      ask = false;
      try {
        await this.deliver();
        wait = 100;
      } catch (fault) {
        this.failed(fault);
        await new Promise((resolve) => setTimeout(resolve, wait));
        wait = Math.min(wait * 2, LONGEST_WAIT);
        ask = this.trouble !== null;
      }
    }
    this.busy = false;
  }

  async deliver() {
    const batch = this.waiting.slice(0, BATCH);
    for (const entry of batch) entry.sent = true;
    const edits = batch.map((entry) => entry.edit);
    const receipt = await this.wire.send({ client: this.client, known: this.known, edits });
    this.trouble = null;
    this.others = receipt.others;
    this.beside = receipt.beside ?? false;
    this.acknowledge(batch, receipt);
    if (receipt.care.length) this.tell("care", receipt.care);
    const before = this.known;
    this.known = receipt.last;
    this.changed();
    if (receipt.view) this.tell("view", { view: receipt.view, news: receipt.news, before });
  }

  acknowledge(batch, receipt) {
    const faults = new Map(receipt.refused.map((each) => [each.number, each.faults]));
    for (const entry of batch) {
      const { number, base, step } = entry.edit;
      if (number > receipt.taken) continue;
      this.waiting.splice(this.waiting.indexOf(entry), 1);
      this.outbox.drop(this.client, number).catch(() => {});
      if (faults.has(number)) {
        this.refused.set(entry.field || step, faults.get(number));
        this.tell("refused", { ...entry, faults: faults.get(number) });
      }
      if (receipt.conflicts.includes(number)) this.apart.set(entry.field, base);
      else if (!faults.has(number)) this.agreed(entry.field);
    }
    if (batch.length && !this.waiting.length) this.savedAt = new Date();
  }

  /** An edit was taken in full knowledge of the other version: there is nothing to choose any more. */
  agreed(field) {
    this.apart.delete(field);
    this.tell("agreed", field);
  }

  failed(fault) {
    if (!(fault instanceof Unreachable || fault instanceof SignedOut)) {
      // The server is of another version, or worse: nothing is acknowledged, so nothing is lost.
      fault = new Unreachable("not understood", fault.faults ?? []);
    }
    this.trouble = {
      since: this.trouble?.since ?? Date.now(),
      signedOut: fault instanceof SignedOut,
      faults: fault.faults ?? [],
    };
    this.changed();
  }

  tell(name, detail) {
    this.dispatchEvent(Object.assign(new Event(name), { detail }));
  }
}

/**
 * Save what windows left behind that are gone: under their own names and numbers, so that nothing is
 * taken twice.
 *
 * @returns {Promise<{saved: number, fields: string[], refused: Array, apart: string[]}>}
 */
export async function recover(wire, outbox, client) {
  const told = { saved: 0, fields: [], refused: [], apart: [] };
  for (const [window, edits] of await outbox.edits()) {
    if (window === client || (await isAlive(window))) continue;
    const receipt = await wire.send({ client: window, known: 0, edits });
    for (const each of receipt.refused) {
      const edit = edits.find((one) => one.number === each.number);
      told.refused.push({ edit, faults: each.faults });
    }
    told.saved += edits.length - receipt.refused.length;
    told.fields.push(...edits.map(fieldOf).filter(Boolean));
    told.apart.push(...edits.filter((edit) => receipt.conflicts.includes(edit.number)).map(fieldOf));
    await Promise.all(edits.map((edit) => outbox.drop(window, edit.number)));
  }
  told.fields = [...new Set(told.fields)];
  return told;
}

/** Hold a lock as long as this window lives or until it is released, so that others know of it. */
export function claim(client) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  navigator.locks.request(`toolkit-${client}`, () => held);
  return release;
}

async function isAlive(client) {
  const { held } = await navigator.locks.query();
  return held.some((lock) => lock.name === `toolkit-${client}`);
}

function fieldOf(edit) {
  return edit.step === "draft" ? edit.ref : edit.step === "answer" ? `${edit.ref}#answer` : "";
}
