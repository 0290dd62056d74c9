import { draftKey, strangeDrafts } from './draft.js';

// Forms: sent once, faults first, what was typed is kept, files with their names and progress.
for (const errors of document.querySelectorAll('[data-errors]')) errors.focus();

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.matches('[data-once]')) {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    form.setAttribute('aria-busy', 'true');
    // Only after this event, so that the value of the pressed button is still submitted.
    setTimeout(() => { for (const button of form.querySelectorAll('button[type=submit],button:not([type])')) if (!button.disabled) { button.disabled = true; button.dataset.waits = '1'; } });
  }
  form.removeAttribute('data-dirty');
});
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-once]')) {
    delete form.dataset.sent;
    form.removeAttribute('aria-busy');
    // Buttons that the server disabled stay disabled.
    for (const button of form.querySelectorAll('button[data-waits]')) { button.disabled = false; delete button.dataset.waits; }
  }
});

// Drafts: stored in this tab until the form was sent, for the account that typed them. Signing out deletes them, and so
// does another account that signs in here.
const account = document.body.dataset.account;
const key = (form) => draftKey(account, form.dataset.draft);
for (const name of strangeDrafts(Object.keys(sessionStorage), account)) sessionStorage.removeItem(name);
document.addEventListener('submit', (event) => {
  const path = new URL(event.target.action, location.href).pathname;
  if (path === '/sign-out') for (const name of strangeDrafts(Object.keys(sessionStorage), '')) sessionStorage.removeItem(name);
});

// A form counts as sent when the next page confirms it; a page that shows a fault keeps the draft.
const SENT = 'qinglan-sent';
document.addEventListener('submit', (event) => {
  if (event.target.matches('[data-draft]')) sessionStorage.setItem(SENT, key(event.target));
});
if (account !== undefined) {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (sent && document.querySelector('#toasts [data-auto]')) sessionStorage.removeItem(sent);
}

function typed(form) {
  const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !['once', 'version'].includes(name));
  return JSON.stringify(pairs);
}

for (const form of document.querySelectorAll('form[data-draft]')) {
  const before = typed(form);
  const kept = sessionStorage.getItem(key(form));
  const note = form.querySelector('[data-draft-note]');
  if (kept && kept !== before && note && !form.querySelector('[data-errors]')) {
    note.hidden = false;
    note.querySelector('[data-draft-take]')?.addEventListener('click', () => {
      for (const [name, value] of JSON.parse(kept)) {
        const field = form.elements.namedItem(name);
        if (field instanceof RadioNodeList) continue;
        if (field && field.type !== 'file' && field.type !== 'checkbox') field.value = value;
        else if (field && field.type === 'checkbox') field.checked = true;
      }
      note.hidden = true;
    });
    note.querySelector('[data-draft-drop]')?.addEventListener('click', () => { sessionStorage.removeItem(key(form)); note.hidden = true; });
  }
  form.addEventListener('input', () => {
    form.dataset.dirty = '1';
    sessionStorage.setItem(key(form), typed(form));
  });
}

// Files: dropped or chosen, with name and progress.
document.addEventListener('dragover', (event) => {
  const drop = event.target.closest('[data-drop]');
  if (drop) { event.preventDefault(); drop.classList.add('over'); }
});
document.addEventListener('dragleave', (event) => event.target.closest?.('[data-drop]')?.classList.remove('over'));
document.addEventListener('drop', (event) => {
  const drop = event.target.closest('[data-drop]');
  if (!drop) return;
  event.preventDefault();
  drop.classList.remove('over');
  const input = drop.querySelector('input[type=file]');
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
});
document.addEventListener('change', (event) => {
  const drop = event.target.closest('[data-drop]');
  const name = drop?.querySelector('[data-file-name]');
  if (name && event.target.type === 'file') name.textContent = [...event.target.files].map((file) => file.name).join(' ');
});
