// Bundles scripts, styles and icons into dist/: Tabler trimmed to what the templates use, our layer over it, one sprite.
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'lightningcss';
import { PurgeCSS } from 'purgecss';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const sources = ['desk', 'federation', 'figures', 'qinglan'].map((name) => join(here, '../crates', name, 'src'));
const dist = join(here, 'dist');
mkdirSync(dist, { recursive: true });

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}
const templates = sources.flatMap(files).filter((file) => file.endsWith('.html'));
const texts = templates.map((file) => readFileSync(file, 'utf8'));
const rust = sources.flatMap(files).filter((file) => file.endsWith('.rs')).map((file) => readFileSync(file, 'utf8'));
const scripts = files(join(here, 'src')).filter((file) => file.endsWith('.js')).map((file) => readFileSync(file, 'utf8'));

// Styles. Office machines carry older browsers: colours that they can't read are replaced by our own tokens, which are plain.
const targets = { chrome: 88 << 16, firefox: 90 << 16, safari: 15 << 16, edge: 88 << 16 };
const tabler = readFileSync(join(here, 'node_modules/@tabler/core/dist/css/tabler.css'), 'utf8');
const purged = await new PurgeCSS().purge({
  content: [...texts, ...rust, ...scripts].map((raw) => ({ raw, extension: 'html' })),
  css: [{ raw: tabler }],
  variables: true,
  fontFace: true,
  keyframes: true,
  safelist: { standard: ['show', 'is-invalid', /^data-bs-theme/, 'html', 'body', ':root'] },
});
const ours = ['qinglan.css', 'more.css'].map((name) => readFileSync(join(here, 'src', name), 'utf8')).join('\n');
const { code } = transform({ filename: 'app.css', code: Buffer.from(`${purged[0].css}\n${ours}`), minify: true, targets, errorRecovery: true });
writeFileSync(join(dist, 'app.css'), code);

const plain = readFileSync(join(here, 'src/plain.css'));
writeFileSync(join(dist, 'plain.css'), transform({ filename: 'plain.css', code: plain, minify: true, targets }).code);

// Scripts.
await build({
  entryPoints: { app: join(here, 'src/app.js'), theme: join(here, 'src/theme.js'), reader: join(here, 'src/reader.js') },
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome88', 'firefox90', 'safari15'],
  legalComments: 'none',
});

// The reader of PDF: only its own page loads it. The legacy build, since office machines carry older browsers; modules stay
// modules, the worker is a file of its own. Of the tables of encodings those for Chinese, for files that don't embed them.
const pdfjs = join(here, 'node_modules/pdfjs-dist');
await build({
  entryPoints: { 'pdf-reader': join(here, 'src/pdf-reader.js'), 'pdf-worker': join(pdfjs, 'legacy/build/pdf.worker.mjs') },
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome88', 'firefox90', 'safari15'],
  supported: { 'top-level-await': true },
  external: ['node:*', 'fs', 'http', 'https', 'url', 'canvas', '@napi-rs/canvas'],
  legalComments: 'none',
});
mkdirSync(join(dist, 'cmaps'), { recursive: true });
for (const name of readdirSync(join(pdfjs, 'cmaps')).filter((name) => /^(Adobe-GB1|GB|UniGB).*\.bcmap$/.test(name))) {
  copyFileSync(join(pdfjs, 'cmaps', name), join(dist, 'cmaps', name));
}

// Icons: those that templates name, and those that are named elsewhere.
const named = texts.flatMap((text) => [...text.matchAll(/icon\(\s*["']([a-z0-9-]+)["']/g)].map((hit) => hit[1]));
const chosen = texts.flatMap((text) => [...text.matchAll(/icon\(\s*"([a-z0-9-]+)"\s+if\s[\s\S]*?\selse\s+"([a-z0-9-]+)"/g)].flatMap((hit) => [hit[1], hit[2]]));
const states = texts.flatMap((text) => [...text.matchAll(/ui\.state\([\s\S]*?,\s+"([a-z0-9-]+)"/g)].map((hit) => hit[1]));
const listed = readFileSync(join(here, 'icons.txt'), 'utf8').split('\n').map((line) => line.trim()).filter(Boolean);
const icons = [...new Set([...named, ...chosen, ...states, ...listed])].sort();
const missing = [];
const symbols = icons.map((name) => {
  let svg;
  try {
    svg = readFileSync(join(here, `node_modules/@tabler/icons/icons/outline/${name}.svg`), 'utf8');
  } catch {
    missing.push(name);
    return '';
  }
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace('</svg>', '').replace(/<path stroke="none"[^>]*>/, '').trim();
  return `<symbol id="i-${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, ' ')}</symbol>`;
});
if (missing.length) {
  console.error(`no such icon: ${missing.join(' ')}`);
  process.exit(1);
}
writeFileSync(join(dist, 'sprite.svg'), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`);
const mark =
  '<rect x="3" y="10" width="15" height="15" rx="3" fill="var(--ql-p1,#3a479b)"/><rect x="10" y="3" width="15" height="15" rx="3" fill="var(--ql-teal-mid,#2a8f87)"/><path d="M13 10.5h5v4.5h-5z" fill="var(--ql-surface,#fff)"/>';
writeFileSync(join(dist, 'icon.svg'), `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><g id="mark">${mark}</g></svg>\n`);

for (const name of readdirSync(dist).filter((name) => statSync(join(dist, name)).isFile())) {
  const bytes = readFileSync(join(dist, name));
  console.log(`${name.padEnd(12)} ${(bytes.length / 1024).toFixed(1).padStart(7)} KB ${(gzipSync(bytes).length / 1024).toFixed(1).padStart(6)} KB gzip`);
}
