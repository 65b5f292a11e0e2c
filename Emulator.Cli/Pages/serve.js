'use strict';
// The form of serve, and the runs below it. Everything that is shown is in the address: the run behind the question mark, the moments
// behind the hash.
(() => {
  const facts = JSON.parse(document.getElementById('facts')?.textContent ?? 'null');
  if (!facts) return;
  const form = document.querySelector('form'), field = name => form.elements.namedItem(name);

  // ---- the form: choices that do not go together are not offered ----------------------------------------------------

  function offer(name, values, usual) {
    const select = field(name);
    if (!(select instanceof HTMLSelectElement)) return;
    for (const option of select.options) {
      if (option.value === '') option.textContent = usual ? `default: ${usual}` : 'default';
      else option.hidden = option.disabled = values !== null && !values.includes(option.value) && !option.defaultSelected;
    }
    if (select.selectedOptions[0]?.disabled) select.value = '';
  }

  function narrow() {
    const program = field('program'), group = program.selectedOptions[0]?.parentElement, wanted = field(facts.arch).value;
    const name = wanted || group?.dataset?.arch || '', architecture = facts.architectures[name];
    for (const each of program.querySelectorAll('optgroup')) each.hidden = each.disabled = wanted !== '' && each.dataset.arch !== wanted;
    if (!architecture) {
      for (const key of Object.keys(Object.values(facts.architectures)[0])) if (key !== 'usual') offer(key, null, '');
      return;
    }
    for (const [key, values] of Object.entries(architecture)) if (Array.isArray(values)) offer(key, values, architecture.usual[key] ?? '');
    const mmus = architecture[facts.mmu][field(facts.kernel).value || architecture.usual[facts.kernel]];
    offer(facts.mmu, mmus ? [...mmus, facts.none] : null, mmus?.[0] ?? '');
  }

  form.addEventListener('change', event => {
    const program = field('program'), file = field('file');
    if (event.target === field(facts.arch) && event.target.value) {
      const group = program.selectedOptions[0]?.parentElement;
      if (group?.dataset?.arch && group.dataset.arch !== event.target.value) {
        const first = program.querySelector(`optgroup[data-arch="${CSS.escape(event.target.value)}"] option`);
        if (first) program.value = first.value;
      }
    }
    if (file && event.target === file && file.value) program.value = '';
    if (file && event.target === program && program.value) file.value = '';
    narrow();
  });
  narrow();

  // What is empty is not said; so the address stays short, and says the same as one made by hand.
  form.addEventListener('formdata', event => {
    for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name);
  });
  form.addEventListener('submit', event => {
    const length = new URLSearchParams(new FormData(form)).toString().length, problem = document.getElementById('form-problem');
    problem.textContent = '';
    if (length <= Number(form.dataset.most)) return;
    event.preventDefault();
    problem.textContent = `this run would have an address of ${length} characters; at most ${form.dataset.most} are possible (arg-bytes makes long arguments)`;
  });

  const file = field('file');
  if (file) {
    let listed = null;
    file.addEventListener('input', async () => {
      const under = file.value.slice(0, file.value.lastIndexOf('/') + 1);
      if (under === listed || under.startsWith('/') || under.includes('..')) return;
      listed = under;
      const answer = await fetch(`files?under=${encodeURIComponent(under)}`);
      const { files } = answer.ok ? await answer.json() : { files: [] };
      document.getElementById('files').replaceChildren(...files.map(name => { const option = document.createElement('option'); option.value = name; return option; }));
    });
  }

  // ---- runs ---------------------------------------------------------------------------------------------------------

  const places = [...document.querySelectorAll('.frame[data-run]')];
  const asked = location.hash.slice(1).split(',');

  async function* lines(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + value).split('\n');
      rest = parts.pop();
      yield* parts.map(part => JSON.parse(part));
    }
  }

  async function run(place, moment) {
    const article = place.closest('.run'), status = article.querySelector('.status'), problem = article.querySelector('.problem');
    const stop = new AbortController(), cancel = () => stop.abort();
    const patience = setTimeout(() => { status.hidden = false; }, 250);
    status.querySelector('[role="status"]').textContent = 'running';
    status.querySelector('.cancel').addEventListener('click', cancel);
    let end = { error: 'the server ended before the run did' };
    try {
      const answer = await fetch(place.dataset.run, { signal: stop.signal });
      for await (const line of lines(answer)) {
        if ('progress' in line) status.querySelector('[role="status"]').textContent = line.progress;
        else end = line;
      }
    } catch (failure) {
      end = { error: stop.signal.aborted ? 'cancelled; Run starts it again' : `the server cannot be reached: ${failure.message}` };
    }
    clearTimeout(patience);
    status.hidden = true;
    status.querySelector('.cancel').removeEventListener('click', cancel);
    if (end.error) {
      problem.textContent = end.error;
      return false;
    }
    await ready(await show(place, moment ? `#${moment}` : ''));
    return true;
  }

  /** Shows a page at its place, as high as the page is. A new frame: one that was in the document would have a history of its own. */
  async function show(place, hash) {
    const frame = document.createElement('iframe'), loaded = new Promise(done => frame.addEventListener('load', done, { once: true }));
    frame.title = place.dataset.title;
    frame.src = place.dataset.page + hash;
    place.append(frame);
    await loaded;
    const body = frame.contentDocument.body;
    new ResizeObserver(() => { frame.style.height = `${Math.ceil(body.getBoundingClientRect().height) + 4}px`; }).observe(body);
    return frame;
  }

  /** Waits until a page's own script has shown its moment, and from then on keeps that in the address. */
  async function ready(frame) {
    const root = frame.contentDocument.documentElement;
    if (!root.querySelector('#moment')) return;
    await new Promise(done => {
      const look = () => { if (root.dataset.ready === 'yes') { watch.disconnect(); done(); } }, watch = new MutationObserver(look);
      watch.observe(root, { attributes: true });
      look();
    });
    new MutationObserver(remember).observe(root, { attributeFilter: ['data-positions'] });
  }

  const frameOf = place => place.querySelector('iframe'), sliderOf = place => frameOf(place)?.contentDocument?.getElementById('moment') ?? null;

  let later = 0;
  function remember() {
    clearTimeout(later);
    later = setTimeout(() => {
      const moments = places.map(sliderOf).map(slider => slider && slider.value !== slider.max ? slider.value : ''), hash = moments.join(',').replace(/,+$/, '');
      const address = location.pathname + location.search + (hash ? `#${hash}` : '');
      if (address !== location.pathname + location.search + location.hash) history.replaceState(null, '', address);
    }, 200);
  }

  addEventListener('hashchange', () => {
    location.hash.slice(1).split(',').forEach((moment, i) => {
      const slider = places[i] && sliderOf(places[i]);
      if (!slider) return;
      slider.value = moment === '' ? slider.max : moment;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    });
  });

  // Keys step every run, unless the focus is in a run, which then has them for itself, or where keys mean something else.
  const keys = ['ArrowLeft', 'ArrowRight', '[', ']'];
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || !keys.includes(event.key) || event.target.closest('input, select, textarea')) return;
    for (const place of places.filter(sliderOf)) frameOf(place).contentDocument.body.dispatchEvent(new KeyboardEvent('keydown', { key: event.key, bubbles: true }));
  });

  function copies(button, text) {
    if (!navigator.clipboard) return;
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(text());
      button.textContent = 'copied';
      setTimeout(() => { button.textContent = words; }, 1500);
    });
  }
  for (const button of document.querySelectorAll('.copy')) copies(button, () => button.parentElement.querySelector('code').textContent);
  for (const button of document.querySelectorAll('.copy-link')) copies(button, () => location.href);

  document.querySelector('form [aria-invalid]')?.focus();

  async function start() {
    const done = await Promise.all(places.map((place, i) => run(place, /^\d+$/.test(asked[i] ?? '') ? asked[i] : '')));
    const diff = document.querySelector('#diff .frame');
    if (diff && done.every(Boolean)) await show(diff, '');
    else document.getElementById('diff')?.setAttribute('hidden', '');
    document.documentElement.dataset.ready = 'yes';
  }
  start();
})();
