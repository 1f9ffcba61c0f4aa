// The three samples: a film, a document and a table that ship with the page.

import { ROOT } from '../client/root.js';
import { uploadFile, uploads } from '../files/uploads.js';
import { t } from '../texts/texts.js';
import { agents, isFilmAgent, loadAgents } from './agents.js';

export type Sample = 'film' | 'document' | 'table';

const FILES = { document: ['sample-md', 'handbook.md'], table: ['sample-csv', 'sales.csv'] } as const;

/** @returns the sample question, its agent and files */
export async function trySample(
  kind: Sample,
): Promise<{ text: string; agent?: string; files?: { id: string; name: string }[] }> {
  await loadAgents();
  const labels = agents.get().map(({ label }) => label);
  if (kind === 'film') return { text: t.samples.film, agent: labels.find(isFilmAgent) };
  const [meta, name] = FILES[kind];
  const path = document.querySelector<HTMLMetaElement>(`meta[name="${meta}"]`)?.content ?? '';
  const bytes = await (await fetch(new URL(path, ROOT))).blob();
  const { key, id } = await uploadFile(new File([bytes], name, { type: bytes.type }));
  if (!id)
    throw new Error(uploads.get().find((upload) => upload.key === key)?.refusal ?? t.files.notUploaded);
  const agent = kind === 'table' ? labels.find((label) => /table/i.test(label)) : undefined;
  return { text: t.samples[kind], agent, files: [{ id, name }] };
}
