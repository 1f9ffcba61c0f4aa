#!/usr/bin/env node
// Builds the console into dist/web: hashed files with their compressed copies, and a page that names them.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';

const web = dirname(fileURLToPath(import.meta.url));
const out = join(web, '../dist/web');
const assets = join(out, 'assets');
mkdirSync(assets, { recursive: true });

const { metafile, outputFiles } = await build({
  absWorkingDir: web,
  entryPoints: { console: 'src/main.tsx', theme: 'src/theme.ts' },
  outdir: assets,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  jsx: 'automatic',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  minify: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  metafile: true,
  write: false,
  logLevel: 'warning',
});

const outputs = Object.entries(metafile.outputs);
const outputOf = (entry) => outputs.find(([, { entryPoint }]) => entryPoint === entry);
const [script, { cssBundle }] = outputOf('src/main.tsx');
const [theme] = outputOf('src/theme.ts');
const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), Buffer.from(contents)]));
const icon = addHashed('icon.svg', readFileSync(join(web, 'icon.svg')));
const worker = addHashed(
  'pdf.worker.js',
  readFileSync(fileURLToPath(import.meta.resolve('pdfjs-dist/build/pdf.worker.min.mjs'))),
);
// Named in the page's own address, since the worker's hash is known only now.
const samples = readdirSync(join(web, 'samples')).map((name) =>
  addHashed(name, readFileSync(join(web, 'samples', name))),
);

const page = readFileSync(join(web, 'index.html'), 'utf8');
const named = { ICON: icon, STYLE: basename(cssBundle), THEME: basename(theme), SCRIPT: basename(script) };
const links = [
  ['pdf-worker', worker],
  ...samples.map((name) => [`sample-${extname(name).slice(1)}`, name]),
].map(([rel, name]) => `    <meta name="${rel}" content="assets/${name}" />\n`);
writeFileSync(
  join(out, 'index.html'),
  Object.entries(named)
    .reduce((html, [name, file]) => html.replaceAll(`%${name}%`, `assets/${file}`), page)
    .replace('  </head>', `${links.join('')}  </head>`),
);

const known = new Set(readdirSync(assets));
const wanted = new Set();
const sizes = new Map();
for (const [name, bytes] of files) await write(name, bytes);
// What an earlier build left behind.
for (const name of known) if (!wanted.has(name)) rmSync(join(assets, name));

const first = [script, theme, ...importsOf(script)].map((path) => sizes.get(basename(path)));
const sum = (field) => first.reduce((total, size) => total + size[field], 0);
const firstLoad = { gzip: sum('gzip'), brotli: sum('br'), style: sizes.get(named.STYLE).gzip };
writeFileSync(join(out, 'sizes.json'), JSON.stringify(firstLoad));
console.log(
  `console: first load ${kb(firstLoad.gzip)} KB of JavaScript gzipped (${kb(firstLoad.brotli)} brotli), ${kb(firstLoad.style)} KB of CSS`,
);

function addHashed(name, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
  const hashed = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  files.set(hashed, bytes);
  return hashed;
}

/** A name with a hash says what is in the file: what is there from an earlier build is not compressed again. */
async function write(name, bytes) {
  const copies = { [name]: () => bytes };
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  copies[`${name}.br`] = () => promisify(brotliCompress)(bytes, quality);
  copies[`${name}.gz`] = () => promisify(gzip)(bytes, { level: 9 });
  const size = {};
  for (const [copy, make] of Object.entries(copies)) {
    const path = join(assets, copy);
    if (!known.has(copy)) writeFileSync(path, await make());
    wanted.add(copy);
    size[copy === name ? 'plain' : extname(copy) === '.br' ? 'br' : 'gzip'] = readFileSync(path).length;
  }
  sizes.set(name, size);
}

/** All that a script imports before it runs. */
function importsOf(path, seen = new Set()) {
  for (const { path: next, kind } of metafile.outputs[path].imports)
    if (kind === 'import-statement' && !seen.has(next)) importsOf(next, seen.add(next));
  return [...seen];
}

function kb(bytes) {
  return (bytes / 1000).toFixed(1);
}
