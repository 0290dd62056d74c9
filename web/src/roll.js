// The roll-call: one tab stop, arrows move, a key sets a status and goes on, the equation is updated. Without JavaScript
// each person has a select; with it the select is hidden behind one button and still has the value. The letter of each
// status comes from the options.
const KEYS = { 1: 'on_time', 2: 'late', 3: 'leave', 4: 'absent', 5: 'made_up', 6: 'observer', 0: '', d: 'on_time', c: 'late', j: 'leave', q: 'absent', b: 'made_up' };
const MARKS = { on_time: 'p', late: 'l', leave: 'v', absent: 'a', made_up: 'm', observer: 'o', asked: 'q', off: 'x', '': '' };
const TURN = ['', 'on_time', 'late', 'leave', 'absent', 'off'];

/**
 * What stands in the equation: 应到 = 实到 + 请假 + 缺席 + 未登记. A made-up one counts where it was missed; an observer is never
 * due, nor who has asked to join before that is decided. Each is a status, or what was missed and made up as `made_up:absent`.
 */
export function tally(statuses) {
  const of = (...wanted) => statuses.filter((status) => wanted.includes(status)).length;
  const sums = {
    present: of('on_time', 'late'), late: of('late'), leave: of('leave', 'made_up:leave'), absent: of('absent', 'made_up:absent'),
    made_up: of('made_up:leave', 'made_up:absent'), observer: of('observer'), asked: of('asked'), open: of(''),
  };
  sums.due = sums.present + sums.leave + sums.absent + sums.open;
  sums.rate = sums.due ? `${(Math.round((sums.present / sums.due) * 1000) / 10).toFixed(1)}%` : '—';
  return sums;
}

function setUp(roll) {
  if (roll.dataset.ready) return;
  roll.dataset.ready = '1';
  const rows = [...roll.querySelectorAll('[data-person]')];
  const select = (row) => row.querySelector('select[data-status]');
  const button = (row) => row.querySelector('button[data-s]');

  function show(row) {
    const at = select(row);
    const one = button(row);
    const option = at.selectedOptions[0];
    one.dataset.s = MARKS[at.value] ?? '';
    one.querySelector('.m').textContent = option.dataset.mark;
    one.setAttribute('aria-label', `${row.dataset.name}，${option.textContent}`);
    const day = row.querySelector('[data-made-up]');
    if (day) day.hidden = at.value !== 'made_up';
    const reason = row.querySelector('[data-reason]');
    if (reason) reason.hidden = at.value !== 'leave';
  }
  function sum() {
    const sums = tally(rows.map((row) => (select(row).value === 'made_up' ? `made_up:${row.dataset.missed || 'leave'}` : select(row).value)));
    for (const [name, value] of Object.entries(sums))
      for (const place of roll.querySelectorAll(`[data-count="${name}"]`)) place.textContent = value;
    for (const bar of roll.querySelectorAll('[data-bar]')) bar.style.width = sums.due ? `${(sums[bar.dataset.bar] / sums.due) * 100}%` : '0';
  }
  function set(row, value) {
    const at = select(row);
    if (![...at.options].some((option) => option.value === value)) return;
    at.value = value;
    show(row);
    sum();
    at.dispatchEvent(new Event('change', { bubbles: true }));
  }
  const visible = () => rows.filter((row) => !row.hidden);
  function go(row) {
    if (!row) return;
    for (const other of rows) button(other).tabIndex = -1;
    button(row).tabIndex = 0;
    button(row).focus();
  }
  function beside(row, step) { const all = visible(); return all[all.indexOf(row) + step]; }
  function above(row, step) {
    const here = row.getBoundingClientRect();
    const others = visible().map((other) => [other, other.getBoundingClientRect()]).filter(([, box]) => (step > 0 ? box.top > here.top + 4 : box.top < here.top - 4));
    others.sort(([, a], [, b]) => Math.abs(a.top - here.top) - Math.abs(b.top - here.top) || Math.abs(a.left - here.left) - Math.abs(b.left - here.left));
    return others[0]?.[0];
  }

  for (const row of rows) {
    const at = select(row);
    const one = document.createElement('button');
    one.type = 'button';
    one.dataset.s = '';
    one.tabIndex = -1;
    const name = document.createElement('span');
    name.className = 'nw';
    name.textContent = row.dataset.name;
    const mark = document.createElement('span');
    mark.className = 'm';
    one.append(name, mark);
    at.before(one);
    row.querySelector('[data-plain-name]')?.setAttribute('hidden', '');
    at.hidden = true;
    at.parentElement.classList.add('ready');
    at.tabIndex = -1;
    show(row);
    one.addEventListener('click', () => {
      const turn = TURN.filter((status) => [...at.options].some((option) => option.value === status));
      const next = turn[(turn.indexOf(at.value) + 1) % turn.length];
      set(row, next);
      go(row);
    });
    one.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key in KEYS) { set(row, KEYS[event.key]); go(beside(row, 1) ?? row); }
      else if (event.key === 'ArrowRight') go(beside(row, 1));
      else if (event.key === 'ArrowLeft') go(beside(row, -1));
      else if (event.key === 'ArrowDown') go(above(row, 1));
      else if (event.key === 'ArrowUp') go(above(row, -1));
      else return;
      event.preventDefault();
    });
  }
  const first = rows.find((row) => select(row).value === '') ?? rows[0];
  if (first) button(first).tabIndex = 0;
  sum();
  roll.addEventListener('click', (event) => {
    if (!event.target.closest('[data-rest]')) return;
    for (const row of rows) if (select(row).value === '') set(row, 'on_time');
  });
  // Marks that were not submitted are saved when the page is left; saved marks are not counted yet.
  let dirty = false;
  roll.addEventListener('change', (event) => { if (event.target.matches('[data-status],[data-made-up],[data-reason],[data-part]')) dirty = true; });
  roll.addEventListener('submit', () => { dirty = false; });
  window.addEventListener('pagehide', () => {
    if (!dirty) return;
    const fields = new URLSearchParams(new FormData(roll));
    for (const name of ['paste', 'person', 'person_id', 'new_name']) fields.delete(name);
    fields.set('do', 'save');
    if (navigator.sendBeacon(roll.action, fields)) dirty = false;
  });
  roll.querySelector('[data-roll-filter]')?.addEventListener('input', (event) => {
    const text = event.target.value.trim().toLowerCase();
    for (const row of rows) row.hidden = text !== '' && !row.dataset.name.includes(text) && !(row.dataset.initials ?? '').startsWith(text);
  });
}

if (typeof document !== 'undefined') {
  // Elsewhere the equation doesn't change: its bar is drawn from the printed numbers.
  for (const bar of document.querySelectorAll('.bar [data-bar]')) {
    if (bar.closest('[data-roll]')) continue;
    const count = (name) => Number(bar.closest('.card')?.querySelector(`[data-count="${name}"]`)?.textContent ?? 0);
    bar.style.width = count('due') ? `${(count(bar.dataset.bar) / count('due')) * 100}%` : '0';
  }
  const all = () => { for (const roll of document.querySelectorAll('[data-roll]')) setUp(roll); };
  document.addEventListener('DOMContentLoaded', all);
  document.addEventListener('htmx:load', all);
}
