import { z } from 'zod';

/** A ref of the remote and the object it points to. */
export interface RemoteRef {
  /** Whole, as in `refs/heads/main`. */
  name: string;
  object: string;
}

/** What to fetch: a ref of the remote, or a commit that must be found below one of them. */
export type WantedRef = { ref: string } | { commit: string };

const MAX_REF = 200;
const CHARACTERS = /^[\w.+#@/-]+$/;
/** What git itself does not take for the name of a branch, and what could be taken for an option. */
const FORBIDDEN = /^[-/.]|[/.]$|\.\.|\/\/|\/[.-]|@\{|^@$|\.lock(\/|$)/;
const COMMIT = /^[0-9a-f]{40}$/;

/** Whether a text could name a branch, a tag or a commit at all. */
export const isRefName = (text: string) =>
  text.length <= MAX_REF && CHARACTERS.test(text) && !FORBIDDEN.test(text);

/** `origin/<branch>`, a branch, a tag, or all 40 digits of a commit. */
export const refSchema = z
  .string()
  .refine(isRefName, {
    error: `should be origin/<branch>, a branch, a tag or a full commit, of at most ${MAX_REF} characters`,
  })
  .meta({ maxLength: MAX_REF });

/** Reads what `git ls-remote` prints. */
export const parseRemoteRefs = (listing: string): RemoteRef[] =>
  [...listing.matchAll(/^([0-9a-f]{40,64})\t(refs\/(?:heads|tags)\/.+)$/gm)].map(([, object, name]) => ({
    object: object!,
    name: name!,
  }));

/**
 * Finds what is wanted among what the remote has; a branch goes before a tag of the same name.
 * @returns null when the target is none of it and no commit either
 */
export function findRef(target: string, refs: readonly RemoteRef[]): WantedRef | null {
  const names = [
    ...(target.startsWith('origin/') ? [`refs/heads/${target.slice('origin/'.length)}`] : []),
    `refs/heads/${target}`,
    `refs/tags/${target}`,
  ];
  const ref = names.find((name) => refs.some((known) => known.name === name));
  if (ref) return { ref };
  if (!COMMIT.test(target)) return null;
  const tip = refs.find(({ object }) => object === target);
  return tip ? { ref: tip.name } : { commit: target };
}
