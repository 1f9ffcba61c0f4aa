import { z } from 'zod';

/** A ref of the remote and the object it points to. */
export interface RemoteRef {
  /** Whole, as in `refs/heads/main`. */
  name: string;
  object: string;
}

/** Fetch target: a ref of the remote, or a commit that must be an ancestor of one. */
export type WantedRef = { ref: string } | { commit: string };

const MAX_REF = 200;
const CHARACTERS = /^[\w.+#@/-]+$/;
/** Invalid branch names by git's rules, and text that could be parsed as an option. */
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

/** Parses the output of `git ls-remote`. */
export const parseRemoteRefs = (listing: string): RemoteRef[] =>
  [...listing.matchAll(/^([0-9a-f]{40,64})\t(refs\/(?:heads|tags)\/.+)$/gm)].map(([, object, name]) => ({
    object: object!,
    name: name!,
  }));

/**
 * Looks up a target among the remote's refs; a branch takes precedence over a tag of the same name.
 * @returns null when it is neither a ref nor a commit
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
