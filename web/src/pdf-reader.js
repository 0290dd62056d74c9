// The PDF reader, on pdf.js: pages are drawn as they come near, the file is loaded in parts, the position is stored.
import { GlobalWorkerOptions, getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { keeper } from './place.js';

const reader = document.querySelector('[data-pdf]');
const pages = reader.querySelector('[data-pdf-pages]');
const bar = reader.querySelector('[data-pdf-bar]');
const field = reader.querySelector('[data-pdf-page]');
const keep = keeper(reader.dataset.place);
const sheets = [];
// How many pages stay drawn around the current one: a phone has little memory for more.
const AROUND = 3;
const PARTS = 256 * 1024;
let pdf = null;
let zoom = 1;
let now = Math.max(1, Number(reader.dataset.from) || 1);

GlobalWorkerOptions.workerSrc = reader.dataset.worker;

function width() {
  return Math.min(pages.clientWidth, 900) * zoom;
}

async function draw(sheet) {
  if (sheet.drawn === zoom) return;
  sheet.drawn = zoom;
  try {
    const page = await pdf.getPage(sheet.number);
    const whole = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: width() / whole.width });
    const sharp = Math.min(devicePixelRatio || 1, 2);
    const canvas = document.createElement('canvas');
    canvas.width = Math.floor(viewport.width * sharp);
    canvas.height = Math.floor(viewport.height * sharp);
    size(sheet, viewport.width, viewport.height);
    await page.render({ canvas, viewport, transform: [sharp, 0, 0, sharp, 0, 0] }).promise;
    if (sheet.drawn === zoom) sheet.element.replaceChildren(canvas);
    page.cleanup();
  } catch {
    sheet.drawn = 0;
  }
}

function size(sheet, wide, high) {
  sheet.element.style.width = `${wide}px`;
  sheet.element.style.height = `${high}px`;
}

function tidy() {
  for (const sheet of sheets) {
    if (Math.abs(sheet.number - now) > AROUND && sheet.drawn) {
      sheet.drawn = 0;
      sheet.element.replaceChildren();
    }
  }
}

function go(number) {
  const sheet = sheets[Math.min(Math.max(number, 1), sheets.length) - 1];
  sheet?.element.scrollIntoView({ block: 'start' });
}

function stand(number) {
  if (number === now && field.value === String(number)) return;
  now = number;
  if (document.activeElement !== field) field.value = number;
  keep(number, 0);
  tidy();
}

function larger(by) {
  zoom = Math.min(3, Math.max(0.5, zoom * by));
  const here = now;
  for (const sheet of sheets) {
    sheet.drawn = 0;
    size(sheet, width(), width() * sheet.ratio);
  }
  go(here);
  for (const sheet of sheets.filter((sheet) => Math.abs(sheet.number - here) <= 1)) draw(sheet);
}

function bind() {
  reader.querySelector('[data-pdf-back]').addEventListener('click', () => go(now - 1));
  reader.querySelector('[data-pdf-on]').addEventListener('click', () => go(now + 1));
  reader.querySelector('[data-pdf-less]').addEventListener('click', () => larger(1 / 1.25));
  reader.querySelector('[data-pdf-more]').addEventListener('click', () => larger(1.25));
  field.addEventListener('change', () => go(Number(field.value) || now));
  reader.addEventListener('click', (event) => {
    const chapter = event.target.closest('[data-pdf-to]');
    if (chapter) { event.preventDefault(); go(Number(chapter.dataset.pdfTo)); }
  });
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(sheets[entry.target.dataset.number - 1]);
  }, { rootMargin: '600px 0px' });
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) sheets[entry.target.dataset.number - 1].seen = entry.isIntersecting;
    const first = sheets.find((sheet) => sheet.seen);
    if (first) stand(first.number);
  }, { rootMargin: '-30% 0px -60% 0px' });
  for (const sheet of sheets) { near.observe(sheet.element); seen.observe(sheet.element); }
}

async function open() {
  pdf = await getDocument({
    url: reader.dataset.pdf,
    cMapUrl: reader.dataset.cmaps,
    cMapPacked: true,
    rangeChunkSize: PARTS,
    disableAutoFetch: true,
    isEvalSupported: false,
    useWasm: false,
    enableXfa: false,
  }).promise;
  const first = (await pdf.getPage(Math.min(now, pdf.numPages))).getViewport({ scale: 1 });
  const ratio = first.height / first.width;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const element = document.createElement('div');
    element.className = 'pdf-page';
    element.dataset.number = number;
    const sheet = { number, element, ratio, drawn: 0, seen: false };
    size(sheet, width(), width() * ratio);
    sheets.push(sheet);
  }
  pages.replaceChildren(...sheets.map((sheet) => sheet.element));
  bar.hidden = false;
  reader.querySelector('[data-pdf-count]').textContent = pdf.numPages;
  field.max = pdf.numPages;
  if (now > 1) go(now);
  bind();
}

open().catch(() => { reader.querySelector('[data-pdf-failed]').hidden = false; });
