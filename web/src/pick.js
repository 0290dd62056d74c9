// Finding a unit, person or group while the user types (ARIA combobox). `<input data-pick="/units/pick" name="unit">` with
// the hidden `<input name="unit_id">` after it; `data-pick-many="name"` collects chips, each with a hidden input of that
// name.
let list = null;
let field = null;
let timer = 0;

function hiddenOf(input) {
  return input.parentElement.querySelector(`input[type=hidden][name="${input.name}_id"]`);
}

function shut() {
  list?.remove();
  list = null;
  field?.setAttribute('aria-expanded', 'false');
  field?.removeAttribute('aria-activedescendant');
}

function mark(option) {
  for (const other of list.children) other.setAttribute('aria-selected', String(other === option));
  field.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

function chip(input, value, text) {
  const many = input.dataset.pickMany;
  const chips = input.parentElement.querySelector('.chips');
  if (!chips || chips.querySelector(`input[value="${CSS.escape(value)}"]`)) return;
  const template = chips.querySelector('template').content.cloneNode(true);
  template.querySelector('[data-text]').textContent = text;
  const hidden = template.querySelector('input');
  hidden.name = many;
  hidden.value = value;
  chips.append(template);
}

function choose(option) {
  if (option.classList.contains('none')) return;
  if (field.dataset.pickMany) {
    chip(field, option.dataset.value, option.dataset.text);
    field.value = '';
  } else {
    field.value = option.dataset.text;
    const hidden = hiddenOf(field);
    if (hidden) hidden.value = option.dataset.value;
  }
  field.dispatchEvent(new CustomEvent('picked', { bubbles: true, detail: { value: option.dataset.value, text: option.dataset.text } }));
  shut();
  if (field.hasAttribute('data-submit')) field.form.requestSubmit();
}

async function look(input) {
  const asked = input.value.trim();
  if (!asked) { shut(); return; }
  const url = new URL(input.dataset.pick, location.href);
  url.searchParams.set('q', asked);
  const answer = await fetch(url, { headers: { 'HX-Request': 'true' } });
  if (!answer.ok || input.value.trim() !== asked || document.activeElement !== input) return;
  shut();
  field = input;
  list = document.createElement('ul');
  list.className = 'pick-list';
  list.id = 'pick-list';
  list.setAttribute('role', 'listbox');
  list.innerHTML = await answer.text();
  input.parentElement.classList.add('pick-host');
  input.after(list);
  input.setAttribute('aria-expanded', 'true');
  const first = list.querySelector('li:not(.none)');
  if (first) mark(first);
}

document.addEventListener('focusin', (event) => {
  const input = event.target.closest('[data-pick]');
  if (!input || input.getAttribute('role') === 'combobox') return;
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');
  input.setAttribute('aria-controls', 'pick-list');
});
document.addEventListener('input', (event) => {
  const input = event.target.closest('[data-pick]');
  if (!input) return;
  const hidden = hiddenOf(input);
  if (hidden) hidden.value = '';
  clearTimeout(timer);
  timer = setTimeout(() => look(input), 150);
});
document.addEventListener('keydown', (event) => {
  const input = event.target.closest('[data-pick]');
  if (!input || !list) return;
  const options = [...list.querySelectorAll('li:not(.none)')];
  const at = options.findIndex((option) => option.getAttribute('aria-selected') === 'true');
  if (event.key === 'ArrowDown' && options.length) mark(options[(at + 1) % options.length]);
  else if (event.key === 'ArrowUp' && options.length) mark(options[(at - 1 + options.length) % options.length]);
  else if (event.key === 'Enter' && options[at]) choose(options[at]);
  else if (event.key === 'Escape') shut();
  else return;
  event.preventDefault();
});
document.addEventListener('mousedown', (event) => {
  const option = event.target.closest('.pick-list > li');
  if (option) { event.preventDefault(); choose(option); }
});
document.addEventListener('focusout', (event) => {
  if (event.target.closest('[data-pick]')) setTimeout(() => { if (document.activeElement !== field) shut(); }, 100);
});
document.addEventListener('click', (event) => {
  const drop = event.target.closest('[data-chip-drop]');
  if (drop) drop.closest('[data-chip]').remove();
});
