// A figure opens its definition and rows beside the page: `<a class="fig" data-drawer href>` into `<aside id="drawer">`.
import htmx from 'htmx.org';

let opener = null;

function close() {
  const drawer = document.getElementById('drawer');
  if (!drawer || drawer.hidden) return;
  drawer.hidden = true;
  drawer.replaceChildren();
  opener?.setAttribute('aria-expanded', 'false');
  opener?.focus();
  opener = null;
}

document.addEventListener('click', (event) => {
  if (event.target.closest('[data-drawer-close]')) { close(); return; }
  const figure = event.target.closest('a[data-drawer]');
  const drawer = document.getElementById('drawer');
  if (!figure || !drawer || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  opener = drawer.contains(figure) ? opener : figure;
  figure.setAttribute('aria-expanded', 'true');
  htmx.ajax('GET', figure.getAttribute('href'), { target: drawer, swap: 'innerHTML' }).then(() => {
    drawer.hidden = false;
    drawer.querySelector('[data-focus]')?.focus({ preventScroll: true });
    if (matchMedia('(max-width: 991.98px)').matches) opener?.scrollIntoView({ block: 'start' });
  });
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !document.querySelector('dialog[open]')) close();
});
