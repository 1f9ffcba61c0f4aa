#!/usr/bin/env node
// Removes one protection after the other, runs the test that defends it, and puts the file back.
//   node test/mutations/run.mjs [WORD…]     only mutations whose rule, file or test holds a word
//   node test/mutations/run.mjs --faults    only protections against faults
//   node test/mutations/run.mjs --clients   only what models and clients rely on
// Fails when a test passes without what it defends, and when its run takes too long. Files are changed meanwhile: run it in
// a work tree of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { CLIENT_MUTATIONS } from './client-mutations.mjs';
import { FAULT_MUTATIONS } from './fault-mutations.mjs';
import { MUTATIONS } from './mutations.mjs';

/** Time for the tests of one mutation, in ms: without a protection a test may wait for ever. */
const LIMIT_MS = 5 * 60_000;
const LISTS = { '--faults': FAULT_MUTATIONS, '--clients': CLIENT_MUTATIONS };
const given = process.argv.slice(2);
const words = given.filter((arg) => !(arg in LISTS)).map((word) => word.toLowerCase());
const lists = given.filter((arg) => arg in LISTS).map((arg) => LISTS[arg]);
const all = lists.length > 0 ? lists.flat() : [MUTATIONS, FAULT_MUTATIONS, CLIENT_MUTATIONS].flat();
const chosen = all.filter(({ rule, test, edits }) => {
  const searched = [rule, ...test, ...edits.map(([file]) => file)].join(' ').toLowerCase();
  return words.length === 0 || words.some((word) => searched.includes(word));
});
const originals = new Map();
let child;
process.once('exit', () => {
  endChild();
  restore();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

let survivors = 0;
for (const { rule, edits, test } of chosen) {
  for (const edit of edits) mutate(...edit);
  const outcome = await run(...test);
  restore();
  if (outcome !== 'failed') survivors += 1;
  console.log(`${outcome === 'failed' ? 'ok  ' : 'WEAK'} ${rule}: ${test.join(' › ')} ${outcome}`);
}
await build();
console.log(`${chosen.length - survivors} passed, ${survivors} failed`);
process.exitCode = survivors > 0 ? 1 : 0;

function mutate(file, search, replacement) {
  const before = readFileSync(file, 'utf8');
  if (before.split(search).length !== 2) throw new Error(`${file} should hold this once: ${search}`);
  if (!originals.has(file)) originals.set(file, before);
  writeFileSync(
    file,
    before.replace(search, () => replacement),
  );
}

function restore() {
  for (const [file, before] of originals) writeFileSync(file, before);
  originals.clear();
}

/** @returns `failed` when the tests ran and one failed, as it should; otherwise what happened */
async function run(suite, name) {
  const isUnit = !/^test\/\w+\//.test(suite);
  const kind = isUnit ? ['--unit'] : ['--e2e', '--profile', 'configured'];
  if (!isUnit && !(await build())) return 'does not build';
  const argv = ['test/run.mjs', ...kind, ...(name ? ['-t', name] : []), suite];
  const output = await outputOf('node', argv, LIMIT_MS);
  if (output === null) return 'took too long';
  if (output.includes('the suite could not run')) return 'could not run';
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  if (failed === undefined || Number(passed) + Number(failed) === 0) return 'found no test';
  return Number(failed) > 0 ? 'failed' : 'passed';
}

async function build() {
  await outputOf('npm', ['run', '--silent', 'build']);
  return child.exitCode === 0;
}

/** @returns null when it took longer than the limit, and was ended with all that it had started */
async function outputOf(command, args, limitMs = Infinity) {
  // A process group of its own, with engines and servers that tests start.
  child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  let isLate = false;
  const late = () => {
    isLate = true;
    endChild();
  };
  const timer = Number.isFinite(limitMs) ? setTimeout(late, limitMs) : undefined;
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  clearTimeout(timer);
  return isLate ? null : output;
}

function endChild() {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, 'SIGKILL');
}
