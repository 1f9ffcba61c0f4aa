#!/usr/bin/env node
// npm leaves a platform's native packages out of the lock when its registry does not serve them, and `npm ci`
// then refuses that lock. This adds the missing optional entries, so that the lock is whole on every platform.
//   npm install --package-lock-only && node scripts/complete-lock.mjs
// With --check it writes nothing and fails when something is missing.
import { readFileSync, writeFileSync } from 'node:fs';

const OS = {
  darwin: 'darwin',
  linux: 'linux',
  linuxmusl: 'linux',
  win32: 'win32',
  windows: 'win32',
  android: 'android',
  freebsd: 'freebsd',
  openharmony: 'openharmony',
};
const CPU = [
  'x64',
  'arm64',
  'arm',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'loong64',
  'x86_64',
  'aarch64',
];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    const parts = name.split(/[-/]/);
    const os = parts.map((part) => OS[part]).find(Boolean);
    const cpu = CPU.find((word) => parts.includes(word));
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[^\d]*/, ''),
      ...(entry.dev && { dev: true }),
      optional: true,
      ...(os && { os: [os] }),
      ...(cpu && { cpu: [cpu] }),
    };
    added.push(name);
  }
}
if (process.argv.includes('--check')) {
  if (added.length > 0) console.error(`package-lock.json lacks ${added.join(', ')}`);
  process.exit(added.length > 0 ? 1 : 0);
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'the lock was whole' : `added ${added.length}: ${added.join(', ')}`);

/** Whether the package is locked where Node would look for it from `path`, upwards. */
function isLocked(path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at) return false;
  }
}
