import type { ReactNode } from 'react';
import type { Attachment } from '../client/api.js';
import { t } from '../texts/texts.js';
import type { Upload } from './uploads.js';

/** Status text of an upload. */
export function wordsOfUpload({ attachment, refusal, sent }: Upload): string {
  if (refusal !== null) return `${t.files.notUploaded}: ${refusal}`;
  return attachment ? wordsOfStatus(attachment) : t.files.uploading(Math.round(sent * 100));
}

export function wordsOfStatus({ status, error, chunk_count, chunks_embedded }: Attachment): string {
  switch (status) {
    case 'pending':
      return t.files.pending;
    case 'indexing':
      return chunk_count > 0 ? t.files.indexing(chunks_embedded, chunk_count) : t.files.reading;
    case 'indexed':
      return t.files.ready;
    case 'failed':
      return error ? `${t.files.failed}: ${error}` : t.files.failed;
  }
}

export function StatusMark({ status }: { status: Attachment['status'] | 'refused' | 'sending' }): ReactNode {
  return <span className={`mark ${status}`} aria-hidden="true" />;
}

export const markOf = ({ attachment, refusal }: Upload) =>
  refusal === null ? (attachment?.status ?? 'sending') : 'refused';

export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;
}
