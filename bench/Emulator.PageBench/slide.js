// Moves the page's slider once a frame and measures how long frames, and the page's own work in them, take.
async ({ how, frames }) => {
  const slider = document.getElementById('moment'), last = Number(slider.max), frame = () => new Promise(requestAnimationFrame);
  let seed = 2632;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;
  const to = moment => { slider.value = moment; slider.dispatchEvent(new Event('input', { bubbles: true })); };
  const press = key => slider.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const move = {
    rest: () => {},
    there: i => to(Math.round(last * i / frames)),
    back: i => to(Math.round(last * (1 - i / frames))),
    shake: i => to(Math.round(last * (0.5 + 0.2 * Math.sin(i / 5)))),
    jump: () => to(Math.floor(last * random())),
    step: () => press('ArrowRight'),
    table: () => press('PageDown'),
  }[how];
  to(how === 'back' ? last : how === 'rest' || how === 'step' ? Math.floor(last / 2) : 0);
  for (let i = 0; i < 10; i++) await frame();
  const deltas = [], work = [];
  let before = performance.now();
  for (let i = 1; i <= frames; i++) {
    const began = performance.now();
    move(i);
    work.push(performance.now() - began);
    await frame();
    const now = performance.now();
    deltas.push(now - before);
    before = now;
  }
  return { deltas, work };
}
