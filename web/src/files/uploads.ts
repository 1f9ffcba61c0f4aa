// Uploads: sent with progress, then polled while the API reads and indexes them.

import pLimit from 'p-limit';
import { getAttachment, type Attachment } from '../client/api.js';
import { HttpError, refusalOf } from '../client/http.js';
import { ROOT } from '../client/root.js';
import { noteRequest } from '../client/request-log.js';
import { readSession, renewSession } from '../client/session.js';
import { Signal } from '../client/signal.js';
import { wordsOf } from '../texts/words-of.js';

export interface Upload {
  key: string;
  name: string;
  size: number;
  /** Fraction of sent bytes, 0 to 1; at 1 the response is pending. */
  sent: number;
  attachment: Attachment | null;
  /** Reason for a refusal. */
  refusal: string | null;
}

/** The API takes 16 of an account at once; other tabs may be sending, too. */
const fewAtOnce = pLimit(6);

export const uploads = new Signal<readonly Upload[]>([]);

const change = (key: string, next: Partial<Upload>) =>
  uploads.set(uploads.get().map((upload) => (upload.key === key ? { ...upload, ...next } : upload)));

export const forgetUpload = (key: string) =>
  uploads.set(uploads.get().filter((upload) => upload.key !== key));

/**
 * Uploads a file.
 * @param path `/upload`, or for admins `/admin/uploads`
 * @returns the attachment's id once it is stored; null when it was refused, with the reason in the upload
 */
export async function uploadFile(file: File, path = '/upload'): Promise<{ key: string; id: string | null }> {
  const key = crypto.randomUUID();
  const begun: Upload = {
    key,
    name: file.name || 'pasted',
    size: file.size,
    sent: 0,
    attachment: null,
    refusal: null,
  };
  uploads.set([begun, ...uploads.get()]);
  try {
    const id = await fewAtOnce(async () => {
      await renewSession();
      return post(file, path, key, (sent) => change(key, { sent }));
    });
    void follow(id, (attachment) => change(key, { attachment, sent: 1 }));
    return { key, id };
  } catch (error) {
    change(key, { refusal: reasonOf(error) });
    return { key, id: null };
  }
}

/** The only field of an upload is its file: it needs no name. */
const reasonOf = (error: unknown) =>
  (error instanceof HttpError && error.issues?.map(({ msg }) => msg).join(' ')) || wordsOf(error);

/** XMLHttpRequest, as `fetch` has no upload progress. */
function post(file: File, path: string, key: string, onProgress: (sent: number) => void): Promise<string> {
  const form = new FormData();
  form.append('file', file, file.name || 'pasted');
  const headers = { Authorization: `Bearer ${readSession()?.accessToken ?? ''}`, 'Idempotency-Key': key };
  const note = noteRequest({ method: 'POST', path, headers, form });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', new URL(path.slice(1), ROOT));
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.timeout = 600_000;
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total ? loaded / total : 0),
    );
    request.addEventListener('loadend', () => {
      note.answered(request.status);
      const body = request.response as { id?: string } | null;
      if (request.status === 201 && body?.id) resolve(body.id);
      else if (request.status === 0) reject(new TypeError('unreachable'));
      else reject(refusalOf(request.status, body));
    });
    request.send(form);
  });
}

const isSettled = ({ status }: Attachment) => status === 'indexed' || status === 'failed';
const FIRST_POLL_MS = 400;
const LONGEST_WAIT_MS = 3_000;
const LOOKS = 400;

/**
 * Polls an attachment until it is indexed, has failed or was deleted. Not a stream: one per file would use up the
 * browser's connections to the server.
 * @param signal stops polling
 */
export async function follow(
  id: string,
  onChange: (attachment: Attachment) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (signal?.aborted) return;
    try {
      const now = await getAttachment(id);
      if (signal?.aborted) return;
      onChange(now);
      if (isSettled(now)) return;
    } catch (error) {
      if (error instanceof HttpError && error.status < 500) return;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, Math.min(LONGEST_WAIT_MS, FIRST_POLL_MS * 1.3 ** look));
    });
  }
}
