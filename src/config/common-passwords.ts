import { createRequire } from 'node:module';
import type * as LanguageCommon from '@zxcvbn-ts/language-common';
import { MIN_PASSWORD } from './password-length.js';

/** The one that a document of FastAPI Users' clients registers with: such a client has to work as it is written. */
const DOCUMENTED = 'test1234';

let common: Set<string> | undefined;

/** Whether guessers try it among their first tens of thousands, or there is nothing in it to see. */
export function isCommonPassword(password: string): boolean {
  common ??= load();
  return password.trim() === '' || common.has(password.normalize('NFKC').toLowerCase());
}

/** With the first password that is chosen: the list takes 15 MB. */
function load(): Set<string> {
  const require = createRequire(import.meta.url);
  const { dictionary } = require('@zxcvbn-ts/language-common') as typeof LanguageCommon;
  const known = dictionary['passwords-common'].filter(({ length }) => length >= MIN_PASSWORD);
  return new Set(known.filter((password) => password !== DOCUMENTED));
}
