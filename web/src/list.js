// Lists: several rows selected at once, filters that are applied when they change.
function count(table) {
  const boxes = [...table.querySelectorAll('[data-bulk-one]')];
  const chosen = boxes.filter((box) => box.checked);
  const bar = document.querySelector(table.dataset.bulk);
  if (bar) {
    bar.hidden = !chosen.length;
    for (const place of bar.querySelectorAll('[data-bulk-count]')) place.textContent = chosen.length;
  }
  const all = table.querySelector('[data-bulk-all]');
  if (all) { all.checked = chosen.length > 0 && chosen.length === boxes.length; all.indeterminate = chosen.length > 0 && !all.checked; }
  for (const box of boxes) box.closest('tr')?.setAttribute('aria-selected', String(box.checked));
}

document.addEventListener('change', (event) => {
  const table = event.target.closest('[data-bulk]');
  if (table) {
    if (event.target.matches('[data-bulk-all]'))
      for (const box of table.querySelectorAll('[data-bulk-one]')) box.checked = event.target.checked;
    count(table);
  }
  if (event.target.matches('select[data-submit],input[type=checkbox][data-submit],input[type=date][data-submit]')) event.target.form.requestSubmit();
});
document.addEventListener('click', (event) => {
  const clear = event.target.closest('[data-bulk-clear]');
  if (!clear) return;
  event.preventDefault();
  for (const table of document.querySelectorAll('[data-bulk]')) {
    for (const box of table.querySelectorAll('[data-bulk-one]')) box.checked = false;
    count(table);
  }
});
