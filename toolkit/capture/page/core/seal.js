// Sealing without waiting: AES-GCM whose slow part is done ahead of time.
//
// WebCrypto answers later, and a tab can crash in between: the last keystrokes would be gone. So the key stream
// for the next few texts is made ahead of time, by WebCrypto. What is left to do at a keystroke is to combine it
// with the text and to compute the tag (GHASH, NIST SP 800-38D, 6.4), which takes no waiting. The result is
// ordinary AES-GCM, and is opened by WebCrypto. Every pad has an IV of its own and is used once.

const IV = 12; // bytes
const BLOCK = 16; // bytes
const READY = 12; // pads that wait to be used
const ROOM = 2048; // bytes that a pad has more than the last text needed

export class Sealer {
  constructor(key) {
    this.key = key; // for GCM, to open and to seal what no pad is ready for
    this.pads = [];
    this.size = ROOM;
  }

  /** @param {Uint8Array} raw 32 bytes; they are not kept. */
  static async from(raw) {
    const use = ["encrypt", "decrypt"];
    const made = new Sealer(await crypto.subtle.importKey("raw", raw, "AES-GCM", false, use));
    made.stream = await crypto.subtle.importKey("raw", raw, "AES-CTR", false, ["encrypt"]);
    made.h = words(await made.keystream(new Uint8Array(BLOCK), BLOCK));
    await made.refill();
    return made;
  }

  /** Seal now, or give null where no pad is ready or the text is longer than any. */
  now(plain, context) {
    const pad = this.pads.pop();
    this.size = Math.max(this.size, plain.length + ROOM);
    this.refilling ??= this.refill();
    if (!pad || pad.stream.length < BLOCK + plain.length) return null;
    const box = new Uint8Array(plain.length + BLOCK);
    for (let at = 0; at < plain.length; at += 1) box[at] = plain[at] ^ pad.stream[BLOCK + at];
    const tag = this.tag(context, box.subarray(0, plain.length));
    for (let at = 0; at < BLOCK; at += 1) box[plain.length + at] = tag[at] ^ pad.stream[at];
    return { iv: pad.iv, box };
  }

  /** Seal as soon as may be. */
  async later(plain, context) {
    const iv = crypto.getRandomValues(new Uint8Array(IV));
    const how = { name: "AES-GCM", iv, additionalData: context };
    return { iv, box: new Uint8Array(await crypto.subtle.encrypt(how, this.key, plain)) };
  }

  /** Open what was sealed; null where it was sealed under another key or is damaged. */
  async open({ iv, box }, context) {
    try {
      return await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: context }, this.key, box);
    } catch {
      return null;
    }
  }

  async refill() {
    while (this.pads.length < READY || this.pads[0].stream.length < BLOCK + this.size) {
      const iv = crypto.getRandomValues(new Uint8Array(IV));
      const start = new Uint8Array(BLOCK);
      start.set(iv);
      start[BLOCK - 1] = 1;
      const stream = await this.keystream(start, BLOCK + this.size);
      // The newest lie on top and are used first; those that have become too short fall out below.
      this.pads.push({ iv, stream });
      if (this.pads.length > READY) this.pads.shift();
    }
    this.refilling = null;
  }

  async keystream(counter, length) {
    const how = { name: "AES-CTR", counter, length: 32 };
    return new Uint8Array(await crypto.subtle.encrypt(how, this.stream, new Uint8Array(length)));
  }

  tag(context, box) {
    const sum = new Uint32Array(4);
    for (const part of [context, box]) {
      for (let at = 0; at < part.length; at += BLOCK) this.mix(sum, words(part.subarray(at, at + BLOCK)));
    }
    this.mix(sum, new Uint32Array([...bits(context.length), ...bits(box.length)]));
    const view = new DataView(new ArrayBuffer(BLOCK));
    sum.forEach((word, at) => view.setUint32(4 * at, word));
    return new Uint8Array(view.buffer);
  }

  /** Add a block to the sum and multiply it by H, in GF(2^128). */
  mix(sum, block) {
    const [v, z] = [this.h.slice(), new Uint32Array(4)];
    for (let at = 0; at < 4; at += 1) sum[at] ^= block[at];
    for (let bit = 0; bit < 128; bit += 1) {
      if (sum[bit >> 5] & (0x80000000 >>> (bit & 31))) {
        z[0] ^= v[0];
        z[1] ^= v[1];
        z[2] ^= v[2];
        z[3] ^= v[3];
      }
      const carry = v[3] & 1;
      v[3] = (v[3] >>> 1) | (v[2] << 31);
      v[2] = (v[2] >>> 1) | (v[1] << 31);
      v[1] = (v[1] >>> 1) | (v[0] << 31);
      v[0] = (v[0] >>> 1) ^ (carry ? 0xe1000000 : 0);
    }
    sum.set(z);
  }
}

function words(part) {
  const whole = new Uint8Array(BLOCK);
  whole.set(part);
  const view = new DataView(whole.buffer);
  return Uint32Array.of(view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12));
}

/** A length in bytes as 64 bits of a length in bits. */
function bits(length) {
  return [Math.floor(length / 0x20000000), (length << 3) >>> 0];
}
