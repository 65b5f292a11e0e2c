'use strict';
// Folds the steps of every way, forwards and backwards, and shows the moment that the slider is at.
(() => {
  const Stage = 0, Built = 1, Freed = 2, Rehung = 3, Written = 4, Moved = 5, Grown = 6, Shrunk = 7, Fault = 9, Flush = 10, Piece = 12, Protected = 13, Staged = 14, Unstaged = 15;
  const Used = 1, Came = 2, Gone = 3;
  const flushes = ['flush_page', 'flush_range', 'flush_full', 'flush_dcache_page'];
  const linux = ['pte', 'pmd', 'pud', 'p4d'];

  async function unpack(element) {
    const bytes = Uint8Array.from(atob(element.textContent), letter => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  }

  class Way {
    constructor(number, facts, data) {
      Object.assign(this, facts);
      this.ordinal = number;
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
      this.empty = this.levels.map(level => BigInt(level.empty));
      this.was = new Uint8Array(n);
      this.wasFrom = new Uint8Array(n);
      this.depths = new Uint8Array(n + 1);
      this.peaks = new Float64Array(n + 1);
      this.position = 0;
      this.entries = [];
      this.dirty = new Set();
      this.live = this.levels.map(() => 0);
      this.books = { built: 0, freed: 0, pte: 0, rehung: 0, move_ptes_calls: 0, protected_entries: 0, faults: 0, flush_page: 0, flush_range: 0, flush_full: 0, flush_dcache_page: 0, waiting: 0, staged: 0, staging_pages: 0, table_bytes: 0 };
      for (let i = 0; i < n; i++) {
        this.forward();
        const kind = this.kind[i];
        this.depths[i + 1] = kind === Grown || kind === Shrunk ? this.level[i] + 1 : kind === Built && this.depths[i] === 0 ? this.level[i] + 1 : this.depths[i];
        this.peaks[i + 1] = Math.max(this.peaks[i], this.books.table_bytes);
      }
      const svg = document.querySelector(`.picture .way[data-way="${number}"]`);
      const each = (selector, key) => new Map([...svg.querySelectorAll(selector)].map(element => [Number(element.dataset[key]), element]));
      this.boxes = each('.table[data-block]', 'block');
      this.edges = each('.edge', 'block');
      this.bands = [...svg.querySelectorAll('.depth')];
      this.moves = [...svg.querySelectorAll('.move')];
      this.list = svg.querySelector('.list');
      this.blockOf = new Map();
      this.blocks.forEach((seats, block) => seats.forEach(seat => {
        if (!this.blockOf.has(seat.table)) this.blockOf.set(seat.table, new Set());
        this.blockOf.get(seat.table).add(block);
      }));
      this.placed = this.stages.length > 2 ? this.stages[2] : Infinity;
      const article = document.querySelector(`.says article[data-way="${number}"]`);
      this.sentence = article.querySelector('.sentence');
      this.source = article.querySelector('.source');
      this.cells = new Map([...document.querySelectorAll('.books tr[data-key]')].map(row => [row.dataset.key, row.cells[number + 1]]));
    }

    value(column, i) { return (BigInt(column.hi[i]) << 32n) | BigInt(column.lo[i]); }
    number(column, i) { return column.hi[i] * 4294967296 + column.lo[i]; }
    index(column, i, level) {
      const { shift, bits } = this.levels[level];
      return Number((this.value(column, i) >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n));
    }
    slots(table, level) { return this.entries[table] ??= new Uint8Array(2 ** this.levels[level].bits); }

    count(i, times) {
      const books = this.books;
      switch (this.kind[i]) {
        case Built: books.built += times; books.table_bytes += times * this.number(this.detail, i); this.live[this.level[i]] += times; break;
        case Freed: books.freed += times; books.table_bytes -= times * this.number(this.detail, i); this.live[this.level[i]] -= times; break;
        case Rehung: books.rehung += times; break;
        case Moved: books.pte += times; break;
        case Piece: books.move_ptes_calls += times; break;
        case Protected: books.protected_entries += times * this.number(this.detail, i); break;
        case Fault: books.faults += times; break;
        case Flush: if (this.after.lo[i] === 0) books[flushes[this.detail.lo[i]]] += times; break;
        case Staged: books.waiting += times; books.staged += times; books.staging_pages += times * this.number(this.detail, i); break;
        case Unstaged: books.waiting -= times; break;
      }
      const table = this.table[i];
      if (table >= 0) this.dirty.add(table);
    }

    put(table, level, index, state) {
      const slots = this.slots(table, level), before = slots[index];
      slots[index] = state;
      this.dirty.add(table);
      return before;
    }

    forward() {
      const i = this.position++, level = this.level[i];
      this.count(i, 1);
      if (this.kind[i] === Written && this.table[i] >= 0) {
        const index = this.index(this.address, i, level), old = this.slots(this.table[i], level)[index];
        this.was[i] = this.put(this.table[i], level, index, this.value(this.after, i) === this.empty[level] ? Gone : old === Came ? Came : Used);
      } else if (this.kind[i] === Moved) {
        this.wasFrom[i] = this.put(this.fromTable[i], 0, this.index(this.detail, i, 0), Gone);
        this.was[i] = this.put(this.table[i], 0, this.index(this.address, i, 0), Came);
      }
    }

    back() {
      const i = --this.position, level = this.level[i];
      this.count(i, -1);
      if (this.kind[i] === Written && this.table[i] >= 0) {
        this.put(this.table[i], level, this.index(this.address, i, level), this.was[i]);
      } else if (this.kind[i] === Moved) {
        this.put(this.table[i], 0, this.index(this.address, i, 0), this.was[i]);
        this.put(this.fromTable[i], 0, this.index(this.detail, i, 0), this.wasFrom[i]);
      }
    }

    moveTo(position) {
      while (this.position < position) this.forward();
      while (this.position > position) this.back();
    }

    nameOf(level, depth) {
      depth = Math.max(depth, level + 1);
      return `${this.levels[level].name} [${level === depth - 1 ? 'pgd' : linux[level]}]`;
    }

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

    ledger() {
      const depth = this.depths[this.position];
      let proc = 0;
      for (let level = 0; level < Math.min(this.accounted, depth - 1); level++) proc += this.live[level] * this.levels[level].proc;
      return { ...this.books, depth, peak_table_bytes: this.peaks[this.position], pgtables_bytes: proc };
    }

    path(seats, state) {
      const slots = seats.map(seat => this.entries[seat.table]).filter(Boolean);
      if (slots.length === 0) return '';
      const count = slots[0].length, scale = 140 / count;
      let path = '';
      for (let i = 0; i < count; i++) {
        if (!slots.some(each => each[i] === state)) continue;
        let end = i + 1;
        while (end < count && slots.some(each => each[end] === state)) end++;
        const width = Math.max(1.6, (end - i) * scale).toFixed(2);
        path += `M${(8 + i * scale).toFixed(2)},24h${width}v9h-${width}z`;
        i = end;
      }
      return path;
    }

    show(done) {
      const now = this.position, last = now > 0 ? this.table[now - 1] : -1;
      const depth = this.depths[now];
      this.blocks.forEach((seats, number) => {
        const box = this.boxes.get(number), edge = this.edges.get(number);
        const here = seats.filter(seat => seat.from <= now && (seat.to < 0 || now <= seat.to)), began = seats.filter(seat => seat.from <= now);
        let fate, words;
        const level = seats[0].level;
        if (began.length === 0) [fate, words] = ['later', ''];
        else if (here.length === 0) [fate, words] = began[0].left ? ['left', 're-hung elsewhere'] : ['freed', 'FREED'];
        else {
          fate = here[0].came ? 'moved' : here[0].guess && now < this.placed && this.way === 'in-place' ? 'high' : 'kept';
          let entries = 0, came = 0;
          for (const seat of here) for (const state of this.entries[seat.table] ?? []) {
            if (state === Used || state === Came) entries++;
            if (state === Came) came++;
          }
          const what = level === 0 ? 'page' : entries === 1 ? 'entry' : 'entrie';
          words = `${fate === 'high' ? 'a guess, ' : fate === 'moved' ? 're-hung, ' : ''}${entries} ${what}${entries === 1 ? '' : 's'}${came > 0 ? `, ${came === entries ? '' : came + ' '}moved in` : ''}`;
        }
        const touched = last >= 0 && (here.some(seat => seat.table === last) || (here.length === 0 && began.some(seat => seat.table === last && seat.to === now - 1)));
        box.setAttribute('class', `table ${fate}${touched ? ' now' : ''}`);
        if (edge) edge.setAttribute('class', `edge ${fate === 'later' ? 'later' : here.length > 0 ? 'is' : 'was'}`);
        box.querySelector('.words').textContent = words;
        if (seats.some(seat => this.dirty.has(seat.table))) {
          for (const [kind, state] of [['gone', Gone], ['used', Used], ['came', Came]]) box.querySelector('.' + kind).setAttribute('d', this.path(seats.filter(seat => seat.from <= now), state));
        }
        const root = box.querySelector('.root');
        if (root) root.style.display = depth === this.depth ? '' : 'none';
      });
      this.dirty.clear();
      for (const band of this.bands) {
        const level = Number(band.dataset.level);
        band.classList.toggle('later', band.classList.contains('shrinks') ? depth > level : depth <= level);
      }
      for (const move of this.moves) move.classList.toggle('later', this.books.pte + this.books.rehung === 0);
      if (this.list) {
        this.list.classList.toggle('later', this.books.staged === 0);
        this.list.querySelector('.list-words').textContent = this.books.waiting > 0 ? `${this.books.waiting} page${this.books.waiting === 1 ? ' waits' : 's wait'} in a list` : this.books.staged === 0 ? 'a list, empty' : `${this.books.staged} page${this.books.staged === 1 ? '' : 's'} waited in a list`;
      }
      const [sentence, source] = this.tell();
      this.sentence.textContent = sentence;
      this.sentence.classList.toggle('done', done);
      this.source.textContent = (source ? source : '') + (done ? `${source ? ' · ' : ''}done with this stage, the other way is not` : '');
      for (const [key, value] of Object.entries(this.ledger())) {
        const cell = this.cells.get(key);
        if (!cell) continue;
        const text = String(value);
        cell.classList.toggle('changed', this.shown === true && cell.textContent !== text);
        cell.textContent = text;
      }
      this.shown = true;
    }
  }

  async function start() {
    const facts = [...document.querySelectorAll('script.facts')], steps = [...document.querySelectorAll('script.steps')];
    const ways = [];
    for (let i = 0; i < facts.length; i++) ways.push(new Way(i, JSON.parse(facts[i].textContent), await unpack(steps[i])));

    // Ways go through a stage together; who is done with it first waits for the others.
    const names = ['copying strings', 'reading the header', 'placing the stack', 'loading the program', 'after the start'];
    const chunks = [];
    let total = 0;
    for (let stage = 0; stage < names.length; stage++) {
      const from = ways.map(way => stage === 0 ? 0 : way.stages[stage - 1] ?? way.steps), to = ways.map(way => way.stages[stage] ?? way.steps);
      const length = Math.max(...from.map((begin, i) => to[i] - begin));
      if (length > 0) chunks.push({ name: names[stage], begin: total, length, from, to });
      total += length;
    }
    const chunkAt = moment => chunks.findLast(chunk => chunk.begin < moment) ?? chunks[0];
    const slider = document.getElementById('moment'), where = document.getElementById('where'), play = document.querySelector('[data-go="play"]');
    slider.max = total;
    let moment = -1, timer = 0;

    const positionOf = (at, i) => {
      const chunk = chunkAt(at);
      return chunk ? Math.min(chunk.from[i] + Math.max(0, at - chunk.begin), chunk.to[i]) : 0;
    };
    function go(to) {
      to = Math.min(Math.max(0, Math.round(to)), total);
      if (to === moment) return;
      moment = to;
      ways.forEach((way, i) => {
        way.moveTo(positionOf(moment, i));
        way.show(moment > 0 && way.position === positionOf(moment - 1, i) && way.position < way.steps);
      });
      slider.value = moment;
      document.documentElement.dataset.positions = ways.map(way => way.position).join(' ');
      const stage = chunkAt(moment)?.name ?? '';
      where.textContent = `${moment} of ${total}: ${moment === total ? 'the end' : stage}`;
      slider.setAttribute('aria-valuetext', where.textContent);
      if (moment === total) stop();
    }
    const isTable = kind => kind === Built || kind === Freed || kind === Rehung || kind === Grown || kind === Shrunk;
    function seek(step) {
      for (let at = moment + step; at > 0 && at < total; at += step) {
        if (ways.some((way, i) => { const p = positionOf(at, i); return p > 0 && positionOf(at - 1, i) !== p && isTable(way.kind[p - 1]); })) return at;
      }
      return step > 0 ? total : 0;
    }
    const ends = () => [0, ...chunks.map(chunk => chunk.begin + chunk.length)];
    function stop() { clearInterval(timer); timer = 0; play.setAttribute('aria-pressed', 'false'); play.textContent = 'play'; }
    const actions = {
      first: () => go(0), last: () => go(total), back: () => go(moment - 1), on: () => go(moment + 1),
      'table-back': () => go(seek(-1)), 'table-on': () => go(seek(1)),
      'stage-back': () => go(ends().findLast(end => end < moment) ?? 0), 'stage-on': () => go(ends().find(end => end > moment) ?? total),
      play: () => {
        if (timer) { stop(); return; }
        if (moment === total) go(0);
        play.setAttribute('aria-pressed', 'true'); play.textContent = 'pause';
        timer = setInterval(() => go(moment + 1), 700);
      },
    };
    for (const button of document.querySelectorAll('[data-go]')) button.addEventListener('click', () => actions[button.dataset.go]());
    slider.addEventListener('input', () => go(Number(slider.value)));
    const keys = { ArrowLeft: 'back', ArrowRight: 'on', PageUp: 'table-back', PageDown: 'table-on', Home: 'first', End: 'last', '[': 'stage-back', ']': 'stage-on', ' ': 'play' };
    document.addEventListener('keydown', event => {
      if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in keys) || (event.key === ' ' && event.target.closest('button'))) return;
      event.preventDefault();
      actions[keys[event.key]]();
    });
    document.querySelector('.controls').hidden = false;
    document.querySelector('.still').hidden = true;
    const asked = /^#(\d+)$/.exec(location.hash);
    go(asked ? Number(asked[1]) : total);
    document.documentElement.dataset.ready = 'yes';
  }
  start();
})();
