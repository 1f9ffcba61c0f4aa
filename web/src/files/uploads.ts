// Files on their way: sent with progress, then followed while the API reads and indexes them.

import { createParser } from 'eventsource-parser';
import { getAttachment, watchAttachment, type Attachment } from '../client/api.js';
import { HttpError } from '../client/http.js';
import { ROOT } from '../client/root.js';
import { noteRequest } from '../client/request-log.js';
import { readSession, renewSession } from '../client/session.js';
import { Signal } from '../client/signal.js';

export interface Upload {
  key: string;
  name: string;
  size: number;
  /** Of the bytes, 0 to 1; those that were sent wait for an answer. */
  sent: number;
  attachment: Attachment | null;
  /** Why it was not taken, in words of the API; `unreachable` where there was no answer. */
  refusal: string | null;
}

export const uploads = new Signal<readonly Upload[]>([]);

const change = (key: string, next: Partial<Upload>) =>
  uploads.set(uploads.get().map((upload) => (upload.key === key ? { ...upload, ...next } : upload)));

export const forgetUpload = (key: string) =>
  uploads.set(uploads.get().filter((upload) => upload.key !== key));

/**
 * Sends a file.
 * @param path `/upload`, or for admins `/admin/uploads`
 * @returns its attachment as soon as it is stored; null when it was refused, which the upload then says
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
    await renewSession();
    const id = await post(file, path, key, (sent) => change(key, { sent }));
    void follow(id, (attachment) => change(key, { attachment, sent: 1 }));
    return { key, id };
  } catch (error) {
    change(key, { refusal: error instanceof HttpError ? error.message : 'unreachable' });
    return { key, id: null };
  }
}

/** `fetch` has no progress of what it sends. */
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
      const body = request.response as { id?: string; detail?: unknown } | null;
      if (request.status === 201 && body?.id) resolve(body.id);
      else if (request.status === 0) reject(new TypeError('unreachable'));
      else
        reject(
          new HttpError(
            request.status,
            typeof body?.detail === 'string' ? body.detail : `HTTP ${request.status}`,
          ),
        );
    });
    request.send(form);
  });
}

const isSettled = ({ status }: Attachment) => status === 'indexed' || status === 'failed';
const ATTEMPTS = 5;

/** Follows an attachment until it is indexed or has failed. */
export async function follow(id: string, onChange: (attachment: Attachment) => void): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      const now = await getAttachment(id);
      onChange(now);
      if (isSettled(now)) return;
      const last = await watch(id, onChange);
      if (last && isSettled(last)) return;
    } catch (error) {
      if (error instanceof HttpError && error.status === 404) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** attempt));
  }
}

async function watch(id: string, onChange: (attachment: Attachment) => void): Promise<Attachment | null> {
  const response = await watchAttachment(id, new AbortController().signal);
  let last: Attachment | null = null;
  const parser = createParser({
    onEvent({ data }) {
      const event = JSON.parse(data) as { type: string; attachment?: Attachment };
      if (!event.attachment) return;
      last = event.attachment;
      onChange(last);
    },
  });
  const reader = response.body
    ?.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return last;
    parser.feed(value ?? '');
  }
}
