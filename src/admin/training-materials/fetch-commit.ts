import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findRef, parseRemoteRefs } from './git-ref.js';
import type { Git } from './git.js';
import { materialsTooLarge, refRefused } from './sync-refusals.js';

const POLL_INTERVAL_MS = 100;

export interface FetchOptions {
  /** Folder of the bare repository; empty. */
  dir: string;
  /** Branch, tag or commit, as the client named it. */
  target: string;
  /** Maximum download size. */
  maxMegabytes: number;
}

/**
 * Fetches a target into an empty repository, one commit deep if possible. A client's ref is never passed to git: it
 * is looked up among the refs listed by the remote.
 * @returns the commit
 * @throws GitError, ParleyError `conflict` when the remote lacks the target or it is too large
 */
export async function fetchCommit(
  git: Git,
  { dir, target, maxMegabytes }: FetchOptions,
  signal: AbortSignal,
): Promise<string> {
  await git.run(['init', '--quiet', '--bare', '--template='], signal);
  const listing = await git.run(
    ['ls-remote', '--heads', '--tags', '--refs', '--end-of-options', 'origin'],
    signal,
  );
  const wanted = findRef(target, parseRemoteRefs(listing.toString()));
  if (!wanted) throw refRefused(target);
  // A commit may be an ancestor of any branch or tag, so their whole histories are needed.
  const [depth, refs] =
    'ref' in wanted
      ? [['--depth=1'], [wanted.ref]]
      : [[], ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']];
  await whileSmall(join(dir, 'objects', 'pack'), maxMegabytes, signal, (stillSmall) =>
    git.run(['fetch', '--quiet', '--no-tags', ...depth, '--end-of-options', 'origin', ...refs], stillSmall),
  );
  const commit = await findCommit(git, 'ref' in wanted ? 'FETCH_HEAD^{commit}' : wanted.commit, signal);
  if (!commit) throw refRefused(target);
  return commit;
}

/** Only branches and tags were fetched, so an existing commit belongs to one of them. */
async function findCommit(git: Git, name: string, signal: AbortSignal): Promise<string | undefined> {
  const found = git.stream(['cat-file', '--batch-check'], `${name}\n`, signal);
  let answer = '';
  for await (const chunk of found) answer += chunk.toString();
  return /^([0-9a-f]{40,64}) commit \d+\n$/.exec(answer)?.[1];
}

/** Runs a fetch, which git cannot limit in size, and aborts it when its packs exceed the limit. */
async function whileSmall(
  packs: string,
  maxMegabytes: number,
  signal: AbortSignal,
  fetch: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const tooLarge = new AbortController();
  const look = async () => {
    if ((await bytesIn(packs)) > maxMegabytes * 1024 * 1024)
      tooLarge.abort(materialsTooLarge(`${maxMegabytes} MB, which is TRAINING_MATERIALS_MAX_MB`));
  };
  const watch = setInterval(() => void look(), POLL_INTERVAL_MS);
  try {
    await fetch(AbortSignal.any([signal, tooLarge.signal]));
  } finally {
    clearInterval(watch);
  }
  await look();
  tooLarge.signal.throwIfAborted();
}

/** Packs may be created and deleted during the count. */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
