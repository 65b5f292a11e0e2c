// One entry of a page table, bit by bit, at the moment that is shown.
class EntryView {
  constructor() {
    this.panel = document.getElementById('entry');
    this.name = document.getElementById('entry-name');
    this.words = document.getElementById('entry-words');
    this.index = document.getElementById('entry-index');
    this.which = document.querySelector('#entry-table input');
    this.body = this.panel.querySelector('tbody');
    document.getElementById('entry-close').addEventListener('click', () => this.close());
    this.index.addEventListener('input', () => this.turn(Number(this.index.value)));
    this.which.addEventListener('input', () => { this.at.seat = Math.min(Math.max(Number(this.which.value) - 1, 0), this.at.seats.length - 1); this.show(); });
    for (const button of this.panel.querySelectorAll('[data-entry]')) {
      button.addEventListener('click', () => {
        const direction = button.dataset.entry === 'on' ? 1 : -1, next = this.at.way.used(this.table(), this.at.index + direction, direction);
        if (next >= 0) this.turn(next);
      });
    }
    this.panel.addEventListener('keydown', event => { if (event.key === 'Escape') { event.stopPropagation(); this.close(); } });
  }

  table() { return this.at.seats[this.at.seat].table; }

  open(drawing, block, seat, index, opener) {
    this.at = { drawing, way: drawing.way, block, seats: drawing.way.blocks[block], seat, index };
    this.opener = opener;
    this.panel.hidden = false;
    document.getElementById('entry-table').hidden = this.at.seats.length === 1;
    this.which.max = this.at.seats.length;
    document.querySelector('#entry-table span').textContent = `of ${this.at.seats.length}`;
    this.show();
    this.name.focus({ preventScroll: true });
    // In a window of its own it lies on the side where the box is not; inside another page it is where it stands.
    if (window.top !== window) { this.panel.scrollIntoView({ block: 'nearest' }); return; }
    const { left, right } = opener.getBoundingClientRect(), onLeft = left + right > document.documentElement.clientWidth;
    this.panel.classList.add('floats');
    this.panel.classList.toggle('left', onLeft);
  }

  close() {
    if (!this.at) return;
    this.at.drawing.pick(this.at.block, -1);
    this.at = null;
    this.panel.hidden = true;
    this.opener?.focus();
  }

  turn(index) {
    const { entries } = this.at.way.levels[this.at.way.tables[this.table()][0]];
    this.at.index = Math.min(Math.max(Math.trunc(index) || 0, 0), entries - 1);
    this.show();
  }

  show() {
    if (!this.at) return;
    const { drawing, way, block, seats, seat: number, index } = this.at, seat = seats[number], table = seat.table, [level, tableAt] = way.tables[table], shape = way.levels[level];
    const { value, before, fate, step } = way.entry(table, index), now = way.position, hex = number => '0x' + number.toString(16);
    drawing.pick(block, index);
    this.name.textContent = `${way.way}: entry ${index} of the ${way.nameOf(level, way.depth())} for ${seat.start}`;
    if (Number(this.index.value) !== index || this.index.value === '') this.index.value = index;
    this.index.max = shape.entries - 1;
    if (Number(this.which.value) !== number + 1) this.which.value = number + 1;
    const covers = BigInt(seat.start) + (BigInt(index) << BigInt(shape.shift)), at = BigInt(tableAt) + BigInt(index * shape.entryBytes);
    const isHere = seat.from <= now && (seat.to < 0 || now <= seat.to);
    const state = now < seat.from ? 'The table is not there yet.'
      : !isHere ? seat.left ? 'The table hangs elsewhere now.' : 'The table has been given back.'
      : before !== null ? 'This step changes it.'
      : step < 0 ? 'Nothing has been written to it.'
      : `${fate === Gone ? 'Cleared' : fate === Came ? 'Moved here or rewritten since' : 'Written'} by step ${step + 1} of this way.`;
    this.words.textContent = `It lies at ${hex(at)} and is for addresses from ${hex(covers)} to ${hex(covers + (1n << BigInt(shape.shift)) - 1n)}. ${state} `
      + (before !== null ? `${hex(before)} becomes ${hex(value)}.` : `Its value: ${hex(value)}.`);
    this.rows(shape, value, before);
  }

  rows(shape, value, before) {
    const layoutOf = entry => shape.layouts.find(each => (entry & BigInt(each.mask)) === BigInt(each.value));
    const layout = layoutOf(value), bits = (entry, { high, low }) => (entry >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
    const show = (number, { high, low }) => high - low < 4 ? number.toString(2).padStart(high - low + 1, '0') : '0x' + number.toString(16);
    this.panel.classList.toggle('changes', before !== null);
    this.panel.querySelector('th.now').textContent = before !== null ? 'after' : 'value';
    this.body.replaceChildren(...layout.fields.map(field => {
      const row = document.createElement('tr'), number = bits(value, field), old = before === null ? number : bits(before, field);
      const meaning = (field.meanings.length === 1 ? field.meanings[0] : field.meanings[Number(number)]) + (field.shift === undefined ? '' : ': 0x' + (number << BigInt(field.shift)).toString(16));
      const cells = [field.high === field.low ? `${field.high}` : `${field.high}:${field.low}`, field.name, show(old, field), show(number, field), meaning];
      cells.forEach((text, i) => {
        const cell = document.createElement(i === 1 ? 'th' : 'td');
        if (i === 1) cell.scope = 'row';
        if (i === 2) cell.className = 'before';
        cell.textContent = text;
        row.append(cell);
      });
      row.classList.toggle('changed', number !== old);
      return row;
    }));
  }
}
