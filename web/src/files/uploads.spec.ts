import { uploadFile, uploads } from './uploads.js';

/** Requests that are being sent, and how many were at once. */
const sending = new Set<FakeRequest>();
let most = 0;

/** The part of XMLHttpRequest that an upload uses; ends when told to. */
class FakeRequest extends EventTarget {
  readonly upload = new EventTarget();
  readonly response = { detail: 'not now' };
  readonly status = 503;
  open(): void {}
  setRequestHeader(): void {}
  send(): void {
    sending.add(this);
    most = Math.max(most, sending.size);
  }
  end(): void {
    sending.delete(this);
    this.dispatchEvent(new Event('loadend'));
  }
}

it('sends a few of many files at a time, and finally all of them', async () => {
  globalThis.XMLHttpRequest = FakeRequest as unknown as typeof XMLHttpRequest;
  const done: unknown[] = [];
  const files = Array.from({ length: 20 }, (_, i) => new File(['text'], `${i}.txt`));
  const all = files.map((file) => uploadFile(file).then((result) => done.push(result)));
  expect(uploads.get()).toHaveLength(20);
  while (done.length < 20) {
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    for (const request of sending) request.end();
  }
  await Promise.all(all);
  expect(most).toBe(6);
});
