// The reader of texts and films: goes to the last position, and reports the current one.
import { keeper } from './place.js';

// What is above this line is hidden under the page's header.
const HEAD = 64;

const reader = document.querySelector('[data-reader]');
if (reader) {
  const keep = keeper(reader.dataset.place);
  const blocks = (section) => [...section.children];
  const begin = reader.querySelector(`[data-section="${CSS.escape(reader.dataset.from)}"]`);
  const block = begin && blocks(begin)[Number(reader.dataset.block)];
  if (block && Number(reader.dataset.block) > 0) block.scrollIntoView({ block: 'start' });

  // The topmost visible block.
  const look = () => {
    for (const section of reader.querySelectorAll('[data-section]')) {
      if (section.getBoundingClientRect().bottom <= HEAD) continue;
      const at = blocks(section).findIndex((element) => element.getBoundingClientRect().bottom > HEAD);
      keep(section.dataset.section, Math.max(0, at));
      return;
    }
  };
  let waiting = false;
  addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; look(); });
  }, { passive: true });
}

const film = document.querySelector('[data-film]');
if (film) {
  const keep = keeper(film.dataset.place);
  film.addEventListener('loadedmetadata', () => {
    const second = Number(film.dataset.block);
    if (second > 0 && second < film.duration - 5) film.currentTime = second;
  }, { once: true });
  film.addEventListener('timeupdate', () => keep(1, Math.floor(film.currentTime)));
  film.addEventListener('error', () => { document.querySelector('[data-film-failed]').hidden = false; });
}
