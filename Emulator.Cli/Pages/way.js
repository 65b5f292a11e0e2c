// One way's run at any moment: a fold of its steps that goes forwards and backwards, with checkpoints to start from.
// The steps come packed (Rendering/PackedHistory.cs); kinds are those of TraceEventKind.
const Stage = 0, Built = 1, Freed = 2, Rehung = 3, Written = 4, Moved = 5, Grown = 6, Shrunk = 7, Fault = 9, Flush = 10, Piece = 12, Protected = 13, Staged = 14, Unstaged = 15;
const Used = 1, Came = 2, Gone = 3;     // what became of an entry; 0: nothing ever
const counters = ['built', 'freed', 'pte', 'rehung', 'move_ptes_calls', 'protected_entries', 'faults', 'flush_page', 'flush_range', 'flush_full', 'flush_dcache_page', 'waiting', 'staged', 'staging_pages', 'table_bytes'];
const book = Object.fromEntries(counters.map((name, i) => [name, i]));
const linux = ['pte', 'pmd', 'pud', 'p4d'];

async function unpack(element) {
  const text = atob(element.textContent), bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  element.remove();
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

class Way {
  constructor(facts, data) {
    Object.assign(this, facts);
    const n = this.steps;
    this.kind = new Uint8Array(data, 0, n);
    this.level = new Uint8Array(data, n, n);
    this.narration = new Uint8Array(data, 2 * n, n);
    let offset = Math.ceil(3 * n / 4) * 4;
    const column = type => {
      const values = new type(data, offset, n);
      offset += 4 * n;
      for (let i = 1; i < n; i++) values[i] += values[i - 1];
      return values;
    };
    const wide = () => ({ lo: column(Uint32Array), hi: column(Uint32Array) });
    this.address = wide(); this.at = wide(); this.before = wide(); this.after = wide(); this.detail = wide();
    this.table = column(Int32Array);
    this.fromTable = column(Int32Array);
    for (const level of this.levels) {
      level.entries = 2 ** level.bits;
      level.emptyEntry = BigInt(level.empty);
      level.emptyLo = Number(level.emptyEntry & 0xffffffffn);
      level.emptyHi = Number(level.emptyEntry >> 32n);
    }
    this.prepare(n);
    this.fold(n);
  }

  /** Gives every entry of every table a place, and every step the place of the entry that it writes and of the one that it clears. */
  prepare(n) {
    let places = 0;
    this.base = this.tables.map(([level]) => { const base = places; places += this.levels[level].entries; return base; });
    this.slots = new Int32Array(places);        // 4 * (step + 1) + what became of the entry, by its last step; 0: untouched
    this.slot = new Int32Array(n).fill(-1);
    this.fromSlot = new Int32Array(n).fill(-1);
    for (let i = 0; i < n; i++) {
      if (this.table[i] >= 0 && (this.kind[i] === Written || this.kind[i] === Moved)) this.slot[i] = this.base[this.table[i]] + this.index(this.address, i, this.level[i]);
      if (this.fromTable[i] >= 0) this.fromSlot[i] = this.base[this.fromTable[i]] + this.index(this.detail, i, 0);
    }
    this.was = new Int32Array(n);
    this.wasFrom = new Int32Array(n);
    this.dirty = new Uint8Array(this.tables.length);
    this.books = new Float64Array(counters.length + this.levels.length);        // counters, then live tables by level
    this.position = 0;
  }

  /** Goes through the run once, for what cannot be told from where it ends: depths, peaks, checkpoints. */
  fold(n) {
    this.depths = new Uint8Array(n + 1);
    this.peaks = new Float64Array(n + 1);
    this.interval = Math.max(4096, Math.ceil(n / Math.max(1, Math.min(48, Math.floor(64e6 / (this.slots.byteLength + 1))))));
    this.checkpoints = [];
    for (let i = 0; i < n; i++) {
      if (i % this.interval === 0) this.checkpoints.push({ slots: this.slots.slice(), books: this.books.slice() });
      this.forward();
      const kind = this.kind[i];
      this.depths[i + 1] = kind === Grown || kind === Shrunk ? this.level[i] + 1 : kind === Built && this.depths[i] === 0 ? this.level[i] + 1 : this.depths[i];
      this.peaks[i + 1] = Math.max(this.peaks[i], this.books[book.table_bytes]);
    }
  }

  value(column, i) { return (BigInt(column.hi[i]) << 32n) | BigInt(column.lo[i]); }
  number(column, i) { return column.hi[i] * 4294967296 + column.lo[i]; }
  index(column, i, level) {
    const { shift, entries } = this.levels[level];
    return (shift >= 32 ? column.hi[i] >>> (shift - 32) : (column.lo[i] >>> shift) | (column.hi[i] << (32 - shift))) & (entries - 1);
  }
  depth() { return this.depths[this.position]; }

  count(i, times) {
    const books = this.books;
    switch (this.kind[i]) {
      case Built: books[book.built] += times; books[book.table_bytes] += times * this.number(this.detail, i); books[counters.length + this.level[i]] += times; break;
      case Freed: books[book.freed] += times; books[book.table_bytes] -= times * this.number(this.detail, i); books[counters.length + this.level[i]] -= times; break;
      case Rehung: books[book.rehung] += times; break;
      case Moved: books[book.pte] += times; break;
      case Piece: books[book.move_ptes_calls] += times; break;
      case Protected: books[book.protected_entries] += times * this.number(this.detail, i); break;
      case Fault: books[book.faults] += times; break;
      case Flush: if (this.after.lo[i] === 0) books[book.flush_page + this.detail.lo[i]] += times; break;
      case Staged: books[book.waiting] += times; books[book.staged] += times; books[book.staging_pages] += times * this.number(this.detail, i); break;
      case Unstaged: books[book.waiting] -= times; break;
    }
    if (this.table[i] >= 0) this.dirty[this.table[i]] = 1;
    if (this.fromTable[i] >= 0) this.dirty[this.fromTable[i]] = 1;
  }

  forward() {
    const i = this.position++, to = this.slot[i], from = this.fromSlot[i];
    this.count(i, 1);
    if (from >= 0) {
      this.wasFrom[i] = this.slots[from];
      this.slots[from] = 4 * (i + 1) + Gone;
    }
    if (to >= 0) {
      const was = this.was[i] = this.slots[to], { emptyLo, emptyHi } = this.levels[this.level[i]];
      const clears = this.after.lo[i] === emptyLo && this.after.hi[i] === emptyHi;
      this.slots[to] = 4 * (i + 1) + (this.kind[i] === Moved ? Came : clears ? Gone : (was & 3) === Came ? Came : Used);
    }
  }

  back() {
    const i = --this.position;
    this.count(i, -1);
    if (this.slot[i] >= 0) this.slots[this.slot[i]] = this.was[i];
    if (this.fromSlot[i] >= 0) this.slots[this.fromSlot[i]] = this.wasFrom[i];
  }

  moveTo(position) {
    const nearest = Math.min(Math.round(position / this.interval), this.checkpoints.length - 1);
    if (nearest >= 0 && Math.abs(position - nearest * this.interval) + 1000 < Math.abs(position - this.position)) {
      this.slots.set(this.checkpoints[nearest].slots);
      this.books.set(this.checkpoints[nearest].books);
      this.position = nearest * this.interval;
      this.dirty.fill(1);
    }
    while (this.position < position) this.forward();
    while (this.position > position) this.back();
  }

  ledger() {
    const depth = this.depth();
    let proc = 0;
    for (let level = 0; level < Math.min(this.accounted, depth - 1); level++) proc += this.books[counters.length + level] * this.levels[level].proc;
    return { ...Object.fromEntries(counters.map((name, i) => [name, this.books[i]])), depth, peak_table_bytes: this.peaks[this.position], pgtables_bytes: proc };
  }

  nameOf(level, depth) {
    depth = Math.max(depth, level + 1);
    return `${this.levels[level].name} [${level === depth - 1 ? 'pgd' : linux[level]}]`;
  }

  /** What the last step was, in words. */
  tell() {
    const i = this.position - 1;
    if (i < 0) return ['Nothing has happened yet.', ''];
    const [pattern, source] = this.told[this.narration[i]], level = this.level[i], depth = Math.max(this.depths[i], level + 1);
    const hex = column => '0x' + this.value(column, i).toString(16);
    const places = {
      address: () => hex(this.address), at: () => hex(this.at), before: () => hex(this.before), after: () => hex(this.after), detail: () => hex(this.detail),
      count: () => this.value(this.detail, i).toString(), bytes: () => this.value(this.after, i).toString(), table: () => this.nameOf(level, depth),
      upper: () => level + 1 < this.levels.length ? this.nameOf(level + 1, depth) : '', index: () => this.index(this.address, i, level).toString(), depth: () => (level + 1).toString(),
    };
    return [pattern.replace(/\{(\w+)\}/g, (place, name) => places[name]?.() ?? place), source];
  }

  /** An entry now, and before the last step if that changed it. */
  entry(table, index) {
    const [level] = this.tables[table], { emptyEntry } = this.levels[level], slot = this.base[table] + index, last = this.position - 1;
    const valueOf = state => {
      if (state === 0) return emptyEntry;
      const step = (state >> 2) - 1;
      return this.fromSlot[step] === slot ? emptyEntry : this.value(this.after, step);
    };
    const state = this.slots[slot], touches = last >= 0 && (this.slot[last] === slot || this.fromSlot[last] === slot);
    const before = !touches ? null : this.fromSlot[last] === slot || this.kind[last] === Written ? this.value(this.before, last) : valueOf(this.was[last]);
    return { value: valueOf(state), before, fate: state & 3, step: state === 0 ? -1 : (state >> 2) - 1 };
  }

  /** For every two tables between which entries moved, the number of the one, of the other, and the first moment at which one has. */
  firstMoves() {
    const first = new Map();
    for (let i = 0, last = -1; i < this.steps; i++) {
      if (this.fromTable[i] < 0) continue;
      const pair = this.fromTable[i] * this.tables.length + this.table[i];
      if (pair !== last && !first.has(pair)) first.set(pair, [this.fromTable[i], this.table[i], i + 1]);
      last = pair;
    }
    return [...first.values()];
  }

  /** The nearest entry of a table that is in use, from an index on in a direction; -1 for none. */
  used(table, index, direction) {
    const base = this.base[table], { entries } = this.levels[this.tables[table][0]];
    for (let i = index; i >= 0 && i < entries; i += direction) {
      const fate = this.slots[base + i] & 3;
      if (fate === Used || fate === Came) return i;
    }
    return -1;
  }
}
