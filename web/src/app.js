// What pages do beyond links and forms. Every behaviour is bound by data attributes, and pages work without it.
import htmx from 'htmx.org';
import './dialog.js';
import './drawer.js';
import './pick.js';
import './roll.js';
import './tree.js';
import './form.js';
import './list.js';

window.htmx = htmx;
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
// A refusal is a response too: it is shown where the response was expected.
htmx.config.responseHandling = [
  { code: '204', swap: false },
  { code: '[23]..', swap: true },
  { code: '4..', swap: true },
  { code: '5..', swap: false, error: true },
];
document.documentElement.classList.add('js');

// The focus moves to content that was swapped in on purpose.
document.addEventListener('htmx:afterSettle', (event) => {
  event.detail.elt.querySelector?.('[data-focus]')?.focus();
});

function failed() {
  const template = document.getElementById('toast-failed');
  const toasts = document.getElementById('toasts');
  if (template && toasts && !toasts.querySelector('[role=alert]')) toasts.append(template.content.cloneNode(true));
}
document.addEventListener('htmx:sendError', failed);
document.addEventListener('htmx:responseError', (event) => {
  if (event.detail.xhr.status >= 500) failed();
});

// On a narrow screen the current page's tab is scrolled into view.
for (const tab of document.querySelectorAll('.tabs a[aria-current]')) {
  const strip = tab.parentElement;
  strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
}

// Toasts: a success closes by itself unless the user is at it.
for (const toast of document.querySelectorAll('.toast-x[data-auto]')) {
  let timer = 0;
  const wait = () => { timer = setTimeout(() => toast.remove(), 6000); };
  const stay = () => clearTimeout(timer);
  toast.addEventListener('mouseenter', stay);
  toast.addEventListener('focusin', stay);
  toast.addEventListener('mouseleave', wait);
  toast.addEventListener('focusout', wait);
  wait();
}

document.addEventListener('click', (event) => {
  const close = event.target.closest('[data-toast-close]');
  if (close) close.closest('.toast-x').remove();

  const theme = event.target.closest('[data-theme-toggle]');
  if (theme) {
    event.preventDefault();
    const root = document.documentElement.dataset;
    root.bsTheme = root.bsTheme === 'dark' ? 'light' : 'dark';
    fetch('/account/theme', { method: 'POST', body: new URLSearchParams({ theme: root.bsTheme }), redirect: 'manual' });
  }

  const copy = event.target.closest('[data-copy]');
  if (copy) {
    const from = document.querySelector(copy.dataset.copy);
    const text = from.value ?? from.textContent;
    const said = copy.textContent;
    const done = () => { copy.textContent = copy.dataset.copied; setTimeout(() => { copy.textContent = said; }, 3000); };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done);
    else if (from.select) { from.select(); document.execCommand('copy'); done(); }
  }

  const full = event.target.closest('[data-fullscreen]');
  if (full) document.querySelector(full.dataset.fullscreen).requestFullscreen?.();
});

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input,textarea,select,[contenteditable]')) return;
  const search = document.querySelector('[data-search]');
  if (search && search.offsetParent) { event.preventDefault(); search.focus(); }
});

// Seconds until a code changes.
setInterval(() => {
  for (const element of document.querySelectorAll('[data-seconds]')) {
    const left = Math.max(0, Number(element.dataset.seconds) - 1);
    element.dataset.seconds = left;
    element.textContent = left;
  }
}, 1000);
