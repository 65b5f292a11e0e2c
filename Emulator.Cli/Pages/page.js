// Draws every way at the moment that the slider is at, and lets hands and keys lead through the run.
class Drawing {
  constructor(way, number) {
    this.way = way;
    const svg = document.querySelector(`.picture .way[data-way="${number}"]`);
    const each = (selector, key) => new Map([...svg.querySelectorAll(selector)].map(element => [Number(element.dataset[key]), element]));
    const boxes = each('.table[data-block]', 'block'), edges = Map.groupBy(svg.querySelectorAll('.edge'), element => Number(element.dataset.block));
    this.blocks = way.blocks.map((seats, block) => {
      const box = boxes.get(block), part = name => box.querySelector('.' + name);
      return { seats, box, edges: edges.get(block) ?? [], level: seats[0].level, strip: part('strip'), words: part('words'), root: part('root'), ticks: { gone: part('gone'), used: part('used'), came: part('came') }, shown: {} };
    });
    this.bands = [...svg.querySelectorAll('.depth')];
    const moves = way.firstMoves();
    this.moves = [...svg.querySelectorAll('.move')].map(arrow => {
      const from = new Set(way.blocks[Number(arrow.dataset.from)].map(seat => seat.table)), to = new Map(way.blocks[Number(arrow.dataset.to)].map(seat => [seat.table, seat.from]));
      let began = Infinity;
      if (arrow.classList.contains('whole')) for (const moment of to.values()) began = Math.min(began, moment);
      else for (const [source, target, moment] of moves) if (from.has(source) && to.has(target)) began = Math.min(began, moment);
      return { arrow, began };
    });
    this.list = svg.querySelector('.list');
    const article = document.querySelector(`.says article[data-way="${number}"]`);
    this.sentence = article.querySelector('.sentence');
    this.source = article.querySelector('.source');
    this.cells = new Map([...document.querySelectorAll('.books tr[data-key]')].map(row => [row.dataset.key, row.cells[number + 1]]));
    this.hasShown = false;
  }

  /** Sets an attribute, text or class of a block, if it is another one than before. */
  set(block, what, value, apply) {
    if (block.shown[what] === value) return;
    block.shown[what] = value;
    apply(value);
  }

  /** Marks what became of entries: paths along the strip, and how many are in use. */
  ticks(block, seats) {
    const { entries } = this.way.levels[block.level], { slots, base } = this.way, marks = new Uint8Array(entries);
    let used = 0, came = 0;
    for (const { table, isHere } of seats) {
      for (let i = 0, slot = base[table]; i < entries; i++, slot++) {
        const fate = slots[slot] & 3;
        if (fate === 0) continue;
        marks[i] |= 1 << fate;
        if (isHere && fate !== Gone) { used++; if (fate === Came) came++; }
      }
    }
    const scale = 140 / entries;
    for (const [kind, fate] of [['gone', Gone], ['used', Used], ['came', Came]]) {
      let path = '';
      for (let i = 0; i < entries; i++) {
        if (!(marks[i] >> fate & 1)) continue;
        let end = i + 1;
        while (end < entries && marks[end] >> fate & 1) end++;
        const width = Math.max(1.6, (end - i) * scale).toFixed(2);
        path += `M${(8 + i * scale).toFixed(2)},24h${width}v9h-${width}z`;
        i = end;
      }
      this.set(block, kind, path, d => block.ticks[kind].setAttribute('d', d));
    }
    block.used = used;
    block.came = came;
  }

  showBlock(block, last) {
    const { way } = this, now = way.position;
    let began = 0, here = 0, touched = false, dirty = false, first = null;
    for (const seat of block.seats) {
      seat.isHere = seat.from <= now && (seat.to < 0 || now <= seat.to);
      if (seat.from <= now) began++;
      if (seat.isHere) { here++; first ??= seat; }
      if (way.dirty[seat.table]) dirty = true;
      if (seat.table === last && (seat.isHere || seat.to === now - 1)) touched = true;
    }
    if (dirty || block.began !== began || block.here !== here) this.ticks(block, began === block.seats.length ? block.seats : block.seats.filter(seat => seat.from <= now));
    block.began = began;
    block.here = here;
    let fate, words;
    if (began === 0) [fate, words] = ['later', ''];
    else if (here === 0) [fate, words] = block.seats[0].left ? ['left', 're-hung elsewhere'] : ['freed', 'FREED'];
    else {
      fate = first.came ? 'moved' : first.guess && (way.placed < 0 || now < way.placed) && way.way === 'in-place' ? 'high' : 'kept';
      const what = block.level === 0 ? block.used === 1 ? 'page' : 'pages' : block.used === 1 ? 'entry' : 'entries';
      words = `${fate === 'high' ? 'a guess, ' : fate === 'moved' ? 're-hung, ' : ''}${block.used} ${what}${block.came > 0 ? `, ${block.came === block.used ? '' : block.came + ' '}moved in` : ''}`;
    }
    this.set(block, 'class', `table ${fate}${touched ? ' now' : ''}`, name => block.box.setAttribute('class', name));
    this.set(block, 'words', words, text => { block.words.textContent = text; });
    this.set(block, 'edge', `edge ${fate === 'later' ? 'later' : here > 0 ? 'is' : 'was'}`, name => { for (const edge of block.edges) edge.setAttribute('class', name); });
    if (block.root) this.set(block, 'root', way.depth() === way.lastDepth ? '' : 'none', display => { block.root.style.display = display; });
    const label = fate === 'later' ? 'not there yet' : [...block.box.querySelectorAll('text')].filter(text => text.style.display !== 'none').map(text => text.textContent).join(' ');
    this.set(block, 'label', label, text => block.box.setAttribute('aria-label', `${block.box.dataset.name} ${text}`));
  }

  show(done) {
    const { way } = this, now = way.position, depth = way.depth(), last = now > 0 ? way.table[now - 1] : -1;
    for (const block of this.blocks) this.showBlock(block, last);
    way.dirty.fill(0);
    for (const band of this.bands) {
      const level = Number(band.dataset.level);
      band.classList.toggle('later', band.classList.contains('shrinks') ? depth > level : depth <= level);
    }
    const books = way.ledger();
    for (const { arrow, began } of this.moves) arrow.classList.toggle('later', now < began);
    if (this.list) {
      this.list.classList.toggle('later', books.staged === 0);
      this.list.querySelector('.list-words').textContent = books.waiting > 0 ? `${books.waiting} page${books.waiting === 1 ? ' waits' : 's wait'} in a list` : books.staged === 0 ? 'a list, empty' : `${books.staged} page${books.staged === 1 ? '' : 's'} waited in a list`;
    }
    const [sentence, source] = way.tell();
    this.sentence.textContent = sentence;
    this.sentence.classList.toggle('done', done);
    this.source.textContent = source + (done ? `${source ? ' · ' : ''}done with this stage, the other way is not` : '');
    for (const [key, value] of Object.entries(books)) {
      const cell = this.cells.get(key);
      if (!cell) continue;
      const text = String(value), changed = this.hasShown && cell.textContent !== text;
      if (changed !== cell.classList.contains('changed')) cell.classList.toggle('changed', changed);
      if (cell.textContent !== text) cell.textContent = text;
    }
    this.hasShown = true;
  }

  /** Marks the entry that is looked at; -1 for none. */
  pick(number, index) {
    const { box, level, seats } = this.blocks[number];
    box.querySelector('.picked')?.remove();
    if (index < 0) return;
    const mark = document.createElementNS('http://www.w3.org/2000/svg', 'path'), x = 8 + (index + 0.5) * 140 / this.way.levels[level].entries;
    mark.setAttribute('class', 'picked');
    mark.setAttribute('d', `M${x.toFixed(2)},23l-4,-7h8z`);
    box.append(mark);
  }

  /** Lets every box be opened: a click on its strip takes the entry there, anything else the one that a reader most likely means. */
  opens(view) {
    this.blocks.forEach((block, number) => {
      block.box.setAttribute('tabindex', '0');
      block.box.setAttribute('role', 'button');
      block.box.querySelector('title').remove();      // tells of the end alone
      const open = (index, seat) => view.open(this, number, seat, index, block.box);
      block.box.addEventListener('click', event => {
        const strip = block.strip.getBoundingClientRect(), { entries } = this.way.levels[block.level], share = (event.clientX - strip.left) / strip.width;
        if (event.clientY < strip.top - 2 || event.clientY > strip.bottom + 2 || share < -0.02 || share > 1.02) { open(...this.likely(block)); return; }
        const wanted = Math.min(Math.max(Math.floor(share * entries), 0), entries - 1), reach = Math.ceil(4 / strip.width * entries);
        let best = null;
        block.seats.forEach(({ table }, seat) => {
          for (let distance = 0; distance <= reach && (best === null || distance < best[2]); distance++) {
            for (const index of [wanted - distance, wanted + distance]) {
              if (index >= 0 && index < entries && this.way.slots[this.way.base[table] + index] !== 0) { best = [index, seat, distance]; return; }
            }
          }
        });
        open(best?.[0] ?? wanted, best?.[1] ?? 0);
      });
      block.box.addEventListener('keydown', event => {
        if (event.key !== 'Enter' || event.target !== block.box) return;
        event.preventDefault();
        open(...this.likely(block));
      });
    });
  }

  /** The entry that the last step wrote, if it is in this box; else the first one in use. */
  likely(block) {
    const { way } = this, last = way.position - 1;
    for (const slot of last >= 0 ? [way.slot[last], way.fromSlot[last]] : []) {
      const seat = slot < 0 ? -1 : block.seats.findIndex(({ table }) => slot >= way.base[table] && slot < way.base[table] + way.levels[block.level].entries);
      if (seat >= 0) return [slot - way.base[block.seats[seat].table], seat];
    }
    const seat = Math.max(block.seats.findIndex(({ table }) => way.used(table, 0, 1) >= 0), 0);
    return [Math.max(way.used(block.seats[seat].table, 0, 1), 0), seat];
  }
}

/** The moments, ascending, at which a table is built, freed, re-hung, or becomes the top. */
function momentsOfTables(ways, stretches) {
  const found = new Set();
  ways.forEach((way, number) => {
    for (const { begin, from, to } of stretches) {
      for (let step = from[number]; step < to[number]; step++) {
        const kind = way.kind[step];
        if (kind === Built || kind === Freed || kind === Rehung || kind === Grown || kind === Shrunk) found.add(begin + step + 1 - from[number]);
      }
    }
  });
  return [...found].sort((a, b) => a - b);
}

async function start() {
  const facts = [...document.querySelectorAll('script.facts')], steps = [...document.querySelectorAll('script.steps')];
  const ways = [];
  for (let i = 0; i < facts.length; i++) ways.push(new Way(JSON.parse(facts[i].textContent), await unpack(steps[i])));
  const drawings = ways.map((way, i) => new Drawing(way, i)), view = new EntryView();
  for (const drawing of drawings) drawing.opens(view);
  document.querySelector('.picture')?.setAttribute('role', 'group');

  const { last, stretches } = JSON.parse(document.getElementById('pace').textContent);
  const stretchAt = moment => stretches.findLast(stretch => stretch.begin < moment) ?? stretches[0];
  const positionOf = (at, i) => {
    const stretch = stretchAt(at);
    return stretch ? Math.min(stretch.from[i] + Math.max(0, at - stretch.begin), stretch.to[i]) : 0;
  };
  const turns = [...stretches.map(stretch => stretch.begin), last], tables = momentsOfTables(ways, stretches);
  const slider = document.getElementById('moment'), where = document.getElementById('where'), play = document.querySelector('[data-go="play"]');
  slider.max = last;
  let moment = -1, timer = 0;

  function go(to) {
    to = Math.min(Math.max(0, Math.round(to)), last);
    if (to === moment) return;
    moment = to;
    drawings.forEach((drawing, i) => {
      drawing.way.moveTo(positionOf(moment, i));
      drawing.show(moment > 0 && drawing.way.position === positionOf(moment - 1, i) && drawing.way.position < drawing.way.steps);
    });
    view.show();
    slider.value = moment;
    document.documentElement.dataset.positions = ways.map(way => way.position).join(' ');
    where.textContent = `${moment} of ${last}: ${moment === last ? 'the end' : stretchAt(moment)?.name ?? ''}`;
    slider.setAttribute('aria-valuetext', where.textContent);
    if (moment === last) stop();
  }
  function stop() { clearInterval(timer); timer = 0; play.setAttribute('aria-pressed', 'false'); play.textContent = 'play'; }
  const actions = {
    first: () => go(0), last: () => go(last), back: () => go(moment - 1), on: () => go(moment + 1),
    'table-back': () => go(tables.findLast(at => at < moment) ?? 0), 'table-on': () => go(tables.find(at => at > moment) ?? last),
    'stage-back': () => go(turns.findLast(at => at < moment) ?? 0), 'stage-on': () => go(turns.find(at => at > moment) ?? last),
    play: () => {
      if (timer) { stop(); return; }
      if (moment === last) go(0);
      play.setAttribute('aria-pressed', 'true'); play.textContent = 'pause';
      timer = setInterval(() => go(moment + 1), 700);
    },
  };
  for (const button of document.querySelectorAll('[data-go]')) button.addEventListener('click', () => actions[button.dataset.go]());
  slider.addEventListener('input', () => go(Number(slider.value)));
  const keys = { ArrowLeft: 'back', ArrowRight: 'on', PageUp: 'table-back', PageDown: 'table-on', Home: 'first', End: 'last', '[': 'stage-back', ']': 'stage-on', ' ': 'play' };
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') { view.close(); return; }
    if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in keys) || event.target.matches('input[type=number]') || (event.key === ' ' && event.target.closest('button, summary'))) return;
    event.preventDefault();
    actions[keys[event.key]]();
  });
  document.querySelector('.controls').hidden = false;
  document.querySelector('.hint').hidden = drawings.every(drawing => drawing.blocks.length === 0);
  document.querySelector('.still').hidden = true;
  const asked = /^#(\d+)$/.exec(location.hash);
  go(asked ? Number(asked[1]) : last);
  document.documentElement.dataset.ready = 'yes';
}
start();
