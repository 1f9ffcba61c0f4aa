import { z } from 'zod';
import type { DocumentScope } from '../../ingestion/retrieval/retriever.js';
import type { DocumentSearch } from '../documents/document-search.js';
import { defineTool, ToolFailure, type Tool } from './tool.js';

/** Searches the documents that the user may read, within the filters of the request. */
export const searchDocuments = (documents: DocumentSearch, scope: DocumentScope): Tool =>
  defineTool({
    name: 'search_documents',
    description:
      "Searches the user's documents and returns numbered passages. Cite a passage by its number in brackets after " +
      'the sentence that rests on it, like [2]. Search again in other words when the passages do not answer.',
    schema: z.object({
      query: z.string().min(1).max(2_000).describe('what to look for, in a few words or a question'),
      limit: z.int().min(1).max(10).default(5),
      document_ids: z.array(z.uuid()).max(50).optional().describe('only these documents'),
    }),
    async run({ query, limit, document_ids }, { input, sources }, signal) {
      if (!input.hasDocuments) return { text: 'The user has no documents.', output: { passages: [] } };
      const named = input.documents?.attachmentIds ?? [];
      const allowed = named.length > 0 ? named : (input.documents?.within ?? []);
      const asked = document_ids ?? [];
      const attachmentIds =
        asked.length === 0 ? named : allowed.length > 0 ? asked.filter((id) => allowed.includes(id)) : asked;
      if (asked.length > 0 && attachmentIds.length === 0)
        throw new ToolFailure('These documents are not part of this conversation.');
      const { found, degraded } = await documents.find(input, { query, limit, attachmentIds }, scope, signal);
      const numbers = sources.add(found);
      const passages = found.map(({ title, text, metadata }, i) => ({
        number: numbers[i]!,
        title,
        page: metadata.page ?? null,
        document_id: metadata.document_id ?? null,
        text,
      }));
      const note = degraded ? '\nNot all documents could be searched.' : '';
      const text = passages.map((passage) => JSON.stringify(passage)).join('\n');
      return {
        text: (text || 'No passage has anything to do with this.') + note,
        output: {
          passages: passages.map(({ text: quote, ...rest }) => ({
            ...rest,
            quote: quote.slice(0, 300).toWellFormed(),
          })),
        },
      };
    },
  });
