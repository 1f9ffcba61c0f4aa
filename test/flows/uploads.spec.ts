import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse as parseDisposition } from 'content-disposition';
import { Client } from 'pg';
import { request } from 'undici';
import { BlobStore, textKey } from '../../src/adapters/blob-store/blob-store.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { BUCKET, CREDENTIALS, FakeS3 } from '../support/fake-s3.js';
import { sseEvents } from '../support/sse.js';
import { filesIn, upload, uploaded } from '../support/upload.js';

const MB = 1024 * 1024;
const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery' };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BOUNDARY = '--------parley';

interface Attachment {
  id: string;
  status: string;
  filename: string;
  [key: string]: unknown;
}

/** One part of a form, as it goes over the wire. */
const part = (disposition: string, content: string | Buffer) =>
  Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: ${disposition}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
const filePart = (name: string, content: string | Buffer) =>
  part(`form-data; name="file"; filename="${name}"`, content);
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

describe('uploads', () => {
  let parley: TestApp;
  let me: Account;
  let stranger: Account;

  beforeAll(async () => {
    // A process was killed between the blob and its row.
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'parley-uploads-'));
    const id = randomUUID();
    for (const [folder, name] of [
      ['incoming', `999999-1_${id}`],
      [`blobs/attachments/${id}`, 'original'],
    ] as const) {
      await mkdir(join(DATA_DIR, folder), { recursive: true });
      await writeFile(join(DATA_DIR, folder, name), 'some text');
    }
    parley = await createTestApp({
      ...ADMIN,
      DATA_DIR,
      MAX_UPLOAD_MB: '1',
      USER_QUOTA_MB: '3',
      INGESTION_WORKER: 'external',
    });
    stranger = await register(parley.url);
  });
  beforeEach(async () => {
    me = await register(parley.url);
  });
  afterAll(() => parley?.close());

  const get = (path: string, headers?: Record<string, string>) =>
    call(parley.url, path, { token: me.accessToken, headers });
  const list = async (account = me) =>
    (await callJson<{ items: Attachment[] }>(parley.url, '/attachments', { token: account.accessToken })).body
      .items;
  const send = (name: string, bytes: string | Buffer, path = '/upload') =>
    upload(parley.url, path, me.accessToken, { name, bytes });
  const put = (name: string, bytes: string | Buffer) => uploaded(parley.url, me.accessToken, { name, bytes });
  const post = async (body: Buffer, type = `multipart/form-data; boundary=${BOUNDARY}`) => {
    const headers = { Authorization: `Bearer ${me.accessToken}`, 'Content-Type': type };
    const response = await fetch(`${parley.url}/upload`, { method: 'POST', headers, body });
    return { status: response.status, body: (await response.json()) as { detail: unknown } };
  };
  const sql = async (statement: string, values: unknown[] = []) => {
    const client = new Client({ connectionString: parley.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement, values)).rows;
    } finally {
      await client.end();
    }
  };
  /** Nothing of the caller's failed uploads is anywhere. */
  const expectNothingLeft = async () => {
    await eventually(async () => expect(await filesIn(parley, 'incoming')).toEqual([]));
    expect(await list()).toEqual([]);
    await expectNoStrayBlobs();
  };
  /** Every blob belongs to a row, or to one that was deleted and is still to be purged. */
  const expectNoStrayBlobs = async () => {
    const rows = await sql(
      'SELECT id FROM attachments UNION ALL SELECT attachment_id FROM discarded_attachments',
    );
    const known = rows.map(({ id }) => id);
    const owners = (await filesIn(parley, 'blobs')).map((file) => file.split('/').at(-2));
    expect(owners.filter((id) => !known.includes(id))).toEqual([]);
  };

  it('are cleared of leftovers when the process starts', async () => {
    expect(await filesIn(parley, 'incoming')).toEqual([]);
    expect(await filesIn(parley, 'blobs')).toEqual([]);
  });

  it('answer 201 with the stored attachment', async () => {
    const response = await send('notes.md', '# Leave\n\nThirty days a year.\n');
    const body = (await response.json()) as Attachment;
    expect(response.status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(UUID),
      attachment_id: body.id,
      status: 'pending',
      uri: `/attachments/${body.id}/raw`,
      filename: 'notes.md',
      content_type: 'text/markdown',
      size: 29,
      scope: 'user',
      caption: null,
    });
    const one = await callJson<Attachment>(parley.url, `/attachments/${body.id}`, { token: me.accessToken });
    expect(one.body).toEqual({
      id: body.id,
      scope: 'user',
      owner_user_id: me.id,
      uri: body.uri,
      filename: 'notes.md',
      content_type: 'text/markdown',
      size_bytes: 29,
      status: 'pending',
      error: null,
      revision: 1,
      chunk_count: 0,
      chunks_embedded: 0,
      caption: null,
      warnings: [],
      created_at: expect.any(Number),
    });
    expect(Math.abs(Number(one.body.created_at) - Date.now() / 1000)).toBeLessThan(60);
    expect(await list()).toEqual([one.body]);
    expect(await filesIn(parley, 'incoming')).toEqual([]);
  });

  it('are listed newest first, a page at a time', async () => {
    const ids = [await put('1.txt', 'one'), await put('2.txt', 'two'), await put('3.txt', 'three')];
    expect((await list()).map(({ id }) => id)).toEqual(ids.toReversed());
    const page = async (query: string) => {
      const path = `/attachments?${query}`;
      const { body } = await callJson<{ items: Attachment[] }>(parley.url, path, { token: me.accessToken });
      return { ...body, items: body.items.map(({ id }) => id) };
    };
    const first = await page('limit=2');
    expect(first).toEqual({ items: [ids[2], ids[1]], limit: 2, offset: 0, next: expect.any(String) });
    expect(await page('limit=2&offset=2')).toEqual({ items: [ids[0]], limit: 2, offset: 2, next: null });
    expect(await page('limit=0')).toMatchObject({ items: [ids[2]], limit: 1, offset: 0 });
    const refused = await callJson(parley.url, '/attachments?offset=-1', { token: me.accessToken });
    expect(refused).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'greater_than_equal', loc: ['query', 'offset'], ctx: { ge: 0 } }] },
    });
  });

  it('are taken up to the largest size, and not a byte more', async () => {
    expect((await send('whole.txt', 'a'.repeat(MB))).status).toBe(201);
    const tooLarge = await send('more.txt', 'a'.repeat(MB + 1));
    expect(tooLarge.status).toBe(413);
    expect(await tooLarge.json()).toEqual({ detail: 'File too large (max 1MB)' });
    expect((await list()).map(({ filename }) => filename)).toEqual(['whole.txt']);
    expect(await filesIn(parley, 'incoming')).toEqual([]);
  });

  it('are refused by their length before they are read, and while they are read when they do not tell it', async () => {
    const declared = await send('huge.txt', Buffer.alloc(8 * MB, 'a'));
    expect([declared.status, await declared.json()]).toEqual([413, { detail: 'File too large (max 1MB)' }]);
    const form = Buffer.concat([filePart('huge.txt', Buffer.alloc(8 * MB, 'a')), END]);
    const untold = await fetch(`${parley.url}/upload`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${me.accessToken}`,
        'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
      },
      body: new Blob([form]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect([untold.status, await untold.json()]).toEqual([413, { detail: 'File too large (max 1MB)' }]);
    await expectNothingLeft();
  });

  it('keep within the quota of their account, also when many are concurrent', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_item, i) => send(`${i}.txt`, 'a'.repeat(0.7 * MB))),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(4);
    expect(statuses.filter((status) => status === 413)).toHaveLength(4);
    const refused = answers.find(({ status }) => status === 413)!;
    expect(await refused.json()).toEqual({ detail: 'Storage quota exceeded (max 3MB)' });
    expect(await list()).toHaveLength(4);
    expect(await filesIn(parley, 'incoming')).toEqual([]);
    await expectNoStrayBlobs();
    // Room for a small one is left.
    expect((await send('small.txt', 'a'.repeat(0.1 * MB))).status).toBe(201);
  });

  it.each<[string, string | Buffer, string]>([
    ['a program', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), randomBytes(200)]), 'report.pdf'],
    ['noise', randomBytes(300), 'notes.txt'],
    ['an archive', Buffer.from('504b0506' + '00'.repeat(18), 'hex'), 'slides.pptx'],
    ['a drawing with scripts', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'logo.svg'],
  ])('refuse %s whatever it is called', async (_, bytes, name) => {
    const response = await send(name, bytes);
    expect(response.status).toBe(415);
    expect(await response.json()).toEqual({
      detail: expect.stringMatching(/^Unsupported file type\. Supported are pdf, /),
    });
    await expectNothingLeft();
  });

  const missing = {
    detail: [{ type: 'missing', loc: ['body', 'file'], msg: 'Field required', input: null }],
  };
  it.each<[string, Buffer, string | undefined, number, unknown]>([
    ['no parts', END, undefined, 422, missing],
    ['JSON', Buffer.from('{"file":"x"}'), 'application/json', 422, missing],
    [
      'a file that is text',
      Buffer.concat([part('form-data; name="file"', 'x'), END]),
      undefined,
      422,
      missing,
    ],
    ['a file without a name', Buffer.concat([filePart('', 'x'), END]), undefined, 422, missing],
    [
      'a file under another name',
      Buffer.concat([part('form-data; name="files"; filename="a.txt"', 'x'), END]),
      undefined,
      422,
      missing,
    ],
    [
      'an empty field name',
      Buffer.concat([part('form-data; name=""; filename="a.txt"', 'x'), END]),
      undefined,
      400,
      { detail: 'Field name missing' },
    ],
    [
      'no field name',
      Buffer.concat([part('form-data; filename="a.txt"', 'x'), END]),
      undefined,
      400,
      { detail: 'Field name missing' },
    ],
    [
      'an empty file',
      Buffer.concat([filePart('a.txt', ''), END]),
      undefined,
      422,
      {
        detail: [{ type: 'value_error', loc: ['body', 'file'], msg: 'The file is empty.', input: null }],
      },
    ],
    [
      'two files',
      Buffer.concat([filePart('a.txt', 'x'), filePart('b.txt', 'y'), END]),
      undefined,
      400,
      { detail: 'One file at a time' },
    ],
    [
      'a second file under another name',
      Buffer.concat([
        filePart('a.txt', 'x'),
        part('form-data; name="files[]"; filename="b.txt"', 'y'),
        part('form-data; name="note"', 'z'),
        END,
      ]),
      undefined,
      400,
      { detail: 'One file at a time' },
    ],
    [
      'a first file under another name',
      Buffer.concat([part('form-data; name="file2"; filename="b.txt"', 'y'), filePart('a.txt', 'x'), END]),
      undefined,
      400,
      { detail: 'One file at a time' },
    ],
    [
      'the same file twice',
      Buffer.concat([filePart('a.txt', 'x'), filePart('a.txt', 'x'), END]),
      undefined,
      400,
      { detail: 'One file at a time' },
    ],
    [
      'a hundred parts',
      Buffer.concat([...Array.from({ length: 100 }, (_p, i) => part(`form-data; name="f${i}"`, 'x')), END]),
      undefined,
      400,
      { detail: 'Too many parts' },
    ],
    [
      'a field that is too long',
      Buffer.concat([filePart('a.txt', 'x'), part('form-data; name="note"', 'x'.repeat(100_000)), END]),
      undefined,
      400,
      { detail: 'Field value too long' },
    ],
    [
      'no boundary',
      Buffer.concat([filePart('a.txt', 'x'), END]),
      'multipart/form-data',
      400,
      { detail: 'Missing boundary in multipart.' },
    ],
    [
      'no end',
      filePart('a.txt', 'x'.repeat(100_000)).subarray(0, 90_000),
      undefined,
      400,
      { detail: 'The upload ended before it was whole' },
    ],
  ])('refuse a form with %s, and keep nothing of it', async (_, body, type, status, answer) => {
    expect(await post(body, type)).toEqual({ status, body: answer });
    await expectNothingLeft();
  });

  it('keep nothing of a file whose client disconnects half-way', async () => {
    const socket = await openUpload(2_000_000);
    socket.write(filePart('half.txt', 'x'.repeat(500_000)));
    await eventually(async () => expect(await filesIn(parley, 'incoming')).toHaveLength(1));
    socket.destroy();
    await expectNothingLeft();
  });

  it('ask who is there before they read a byte', async () => {
    for (const path of ['/upload', '/upload/a-conversation']) {
      const socket = await openUpload(1_000_000, { path, token: 'nonsense' });
      const [head] = (await text(socket)).split('\r\n');
      expect(head).toBe('HTTP/1.1 401 Unauthorized');
    }
    expect((await callJson(parley.url, '/upload', { method: 'POST' })).status).toBe(401);
  });

  it.each([
    ['../../etc/passwd.txt', 'passwd.txt'],
    ['C:\\temp\\notes.txt', 'notes.txt'],
    ['Übersicht 東京 🎬.txt', 'Übersicht 東京 🎬.txt'],
    ['exe.\u202etxt', 'exe.txt'],
    [`${'long'.repeat(75)}.txt`, `${'long'.repeat(75).slice(0, 251)}.txt`],
  ])('are named without what could mislead: %j', async (name, kept) => {
    const id = await put(name, 'some text');
    const [{ filename }] = (await list()) as [Attachment];
    expect(filename).toBe(kept);
    const disposition = (await get(`/attachments/${id}/raw`)).headers.get('content-disposition')!;
    expect(disposition).toMatch(/^attachment; filename/);
    const encoded = /filename\*=UTF-8''(.*)$/.exec(disposition)?.[1];
    expect(encoded ? decodeURIComponent(encoded) : /filename="?([^"]*)"?$/.exec(disposition)?.[1]).toBe(kept);
  });

  it.each([
    ['filename="R\xe9sum\xe9.txt"', 'Résumé.txt'],
    ['filename="a%22b.txt"', 'a"b.txt'],
    [`filename="r.txt"; filename*=UTF-8''r%C3%A9.txt`, 'ré.txt'],
    ['filename="=?UTF-8?B?w6QudHh0?="', 'ä.txt'],
    ['filename="re\xcc\x81sume\xcc\x81.txt"', 'résumé.txt'],
    ['filename="C:\\fakepath\\x.txt"', 'x.txt'],
    ['filename="NOTES.TXT"', 'NOTES.TXT'],
    ['filename="README"', 'README'],
  ])('are named as the client meant: %j', async (parameter, name) => {
    const header = Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; ${parameter}\r\n\r\nsome text\r\n`,
      'latin1',
    );
    const before = part('form-data; name="note"', 'a field before the file');
    const after = part('form-data; name="note"', 'and one after it');
    const { status, body } = await post(Buffer.concat([before, header, after, END]));
    expect(status).toBe(201);
    const { id, filename } = body as unknown as Attachment;
    expect(filename).toBe(name);
    expect((await list()).map((item) => item.filename)).toEqual([name]);
    const download = (await get(`/attachments/${id}/raw`)).headers.get('content-disposition')!;
    expect(parseDisposition(download).parameters.filename).toBe(name);
  });

  describe('downloads', () => {
    it('are never run by a browser', async () => {
      const id = await put('page.html', '<!doctype html><script>alert(1)</script>');
      const { headers } = await get(`/attachments/${id}/raw`);
      expect(headers.get('content-disposition')).toBe('attachment; filename=page.html');
      expect(headers.get('content-type')).toBe('text/html');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    });

    it('show images in place', async () => {
      const pixel =
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
      const id = await put('pixel.png', Buffer.from(pixel, 'base64'));
      const { headers } = await get(`/attachments/${id}/raw`);
      expect(headers.get('content-type')).toBe('image/png');
      expect(headers.get('content-disposition')).toBe('inline; filename=pixel.png');
      expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    });

    it('are returned byte for byte, and 304 for clients that have them', async () => {
      const bytes = Buffer.from(`text ${'Größe '.repeat(50_000)}`);
      const id = await put('large.txt', bytes);
      const response = await get(`/attachments/${id}/raw`);
      expect(response.headers.get('content-length')).toBe(String(bytes.length));
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      const etag = response.headers.get('etag')!;
      // `fetch` would say that it wants no answer from a cache.
      const ask = async (tag: string) => {
        const headers = { authorization: `Bearer ${me.accessToken}`, 'if-none-match': tag };
        const { statusCode, body } = await request(`${parley.url}/attachments/${id}/raw`, { headers });
        await body.dump();
        return statusCode;
      };
      expect([await ask(etag), await ask('"other"')]).toEqual([304, 200]);
      const head = await call(parley.url, `/attachments/${id}/raw`, {
        method: 'HEAD',
        token: me.accessToken,
      });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    });

    it.each([
      ['bytes=0-0', 206, 'a', 'bytes 0-0/10'],
      ['bytes=2-4', 206, 'cde', 'bytes 2-4/10'],
      ['bytes=7-', 206, 'hij', 'bytes 7-9/10'],
      ['bytes=-2', 206, 'ij', 'bytes 8-9/10'],
      ['bytes=5-500', 206, 'fghij', 'bytes 5-9/10'],
      ['bytes=0-1,4-5', 200, 'abcdefghij', null],
      ['lines=0-1', 200, 'abcdefghij', null],
      ['bytes=x', 200, 'abcdefghij', null],
      ['bytes=10-', 416, '{"detail":"Range Not Satisfiable"}', 'bytes */10'],
    ])('answer Range: %s', async (Range, status, body, contentRange) => {
      const response = await get(`/attachments/${await put('ten.txt', 'abcdefghij')}/raw`, { Range });
      expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([
        status,
        body,
        contentRange,
      ]);
    });

    it('give the text that was read, once there is one', async () => {
      const id = await put('page.html', '<p>Hello</p>');
      const before = await callJson(parley.url, `/attachments/${id}/text`, { token: me.accessToken });
      expect(before).toEqual({
        status: 409,
        body: { detail: 'The text of this attachment has not been read yet' },
      });
      await parley.app.get(BlobStore).putText(textKey(id), 'Hello 東京 🎬');
      const response = await get(`/attachments/${id}/text`);
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(response.headers.get('content-disposition')).toBe('attachment; filename=page.html.txt');
      expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
      expect(await response.text()).toBe('Hello 東京 🎬');
    });

    it('say why there is no text', async () => {
      const id = await put('bad.txt', 'some text');
      await sql(`UPDATE attachments SET status = 'failed', error = 'It is encrypted.' WHERE id = $1`, [id]);
      expect(await callJson(parley.url, `/attachments/${id}/text`, { token: me.accessToken })).toEqual({
        status: 404,
        body: { detail: 'It is encrypted.' },
      });
    });
  });

  describe('of others', () => {
    const unknown = { status: 404, body: { detail: 'Attachment not found' } };
    const routes = [
      ['GET', ''],
      ['GET', '/raw'],
      ['GET', '/text'],
      ['GET', '/events'],
      ['DELETE', ''],
    ] as const;

    it('are unknown', async () => {
      const theirs = await uploaded(parley.url, stranger.accessToken, {
        name: 'secret.txt',
        bytes: 'secret',
      });
      for (const id of [theirs, randomUUID(), 'no-uuid', '1'])
        for (const [method, rest] of routes)
          expect(
            await callJson(parley.url, `/attachments/${id}${rest}`, { method, token: me.accessToken }),
          ).toEqual(unknown);
      expect((await list(stranger)).map(({ id }) => id)).toContain(theirs);
      expect(await list()).toEqual([]);
    });

    it('can be read by admins, and are theirs to delete only when they are of the system', async () => {
      const { body } = await callJson<{ access_token: string }>(parley.url, '/auth/login', {
        body: { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD },
      });
      const token = body.access_token;
      const mine = await put('mine.txt', 'mine');
      expect((await callJson(parley.url, `/attachments/${mine}`, { token })).status).toBe(200);
      expect(await (await call(parley.url, `/attachments/${mine}/raw`, { token })).text()).toBe('mine');
      expect(await callJson(parley.url, `/attachments/${mine}`, { method: 'DELETE', token })).toEqual(
        unknown,
      );

      await sql(`UPDATE attachments SET scope = 'system' WHERE id = $1`, [mine]);
      expect((await list(stranger)).map(({ id }) => id)).toContain(mine);
      const asUser = await callJson(parley.url, `/attachments/${mine}`, {
        method: 'DELETE',
        token: stranger.accessToken,
      });
      expect(asUser).toEqual({ status: 403, body: { detail: 'Admin only' } });
      const asAdmin = await callJson(parley.url, `/attachments/${mine}`, { method: 'DELETE', token });
      expect(asAdmin).toEqual({ status: 200, body: { status: 'deleted', attachment_id: mine } });
    });
  });

  it('are followed until they have been read', async () => {
    const id = await put('long.txt', 'a long text');
    const response = await get(`/attachments/${id}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const seen: unknown[] = [];
    const steps = [
      `status = 'indexing', chunk_count = 4`,
      `chunks_embedded = 2`,
      `status = 'indexed', chunks_embedded = 4`,
    ];
    for await (const { data } of sseEvents(response)) {
      const { type, attachment } = JSON.parse(data) as { type: string; attachment: Attachment };
      seen.push([type, attachment.id === id, attachment.status, attachment.chunks_embedded]);
      const next = steps.shift();
      if (next) await sql(`UPDATE attachments SET ${next} WHERE id = $1`, [id]);
    }
    expect(seen).toEqual([
      ['status', true, 'pending', 0],
      ['status', true, 'indexing', 0],
      ['status', true, 'indexing', 2],
      ['status', true, 'indexed', 4],
    ]);
  });

  it('are no longer followed when they are deleted', async () => {
    const id = await put('short-lived.txt', 'a text');
    const events = [];
    for await (const event of sseEvents(await get(`/attachments/${id}/events`))) {
      events.push(event);
      await call(parley.url, `/attachments/${id}`, { method: 'DELETE', token: me.accessToken });
    }
    expect(events).toHaveLength(1);
  });

  describe('to a conversation', () => {
    const table = async (conversation: string, account = me) =>
      (await callJson<unknown[]>(parley.url, `/db/${conversation}`, { token: account.accessToken })).body;

    it('open it and add a row to its running table', async () => {
      const conversation = `desk ${randomUUID()}`;
      const path = `/upload/${encodeURIComponent(conversation)}`;
      const first = await send('testing features data.csv', 'a,b\n1,2\n', path);
      expect([first.status, await first.json()]).toEqual([
        200,
        { message: 'File uploaded successfully!', file_path_db_rowid: 1 },
      ]);
      expect(await (await send('more.txt', 'text', `${path}/`)).json()).toMatchObject({
        file_path_db_rowid: 2,
      });
      const rows = [
        {
          rowid: 1,
          type: 'userinput',
          description: "User uploads file 'testing features data.csv', saving location is in this row.",
        },
        {
          rowid: 2,
          type: 'userinput',
          description: "User uploads file 'more.txt', saving location is in this row.",
        },
      ];
      expect(await table(encodeURIComponent(conversation))).toEqual(rows);
      expect(await table(`${encodeURIComponent(conversation)}/`)).toEqual(rows);
      expect(await table(encodeURIComponent(conversation), stranger)).toEqual([]);
      const history = await callJson(parley.url, '/history/', { token: me.accessToken });
      expect(history.body).toEqual([
        { conversation_id: conversation, ts: expect.any(String), title_summary: 'New Chat' },
      ]);
      expect((await list()).map(({ filename }) => filename)).toEqual([
        'more.txt',
        'testing features data.csv',
      ]);
    });

    it('are numbered without gaps when many are concurrent', async () => {
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_item, i) => send(`${i}.txt`, `number ${i}`, '/upload/busy')),
      );
      const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as {
        file_path_db_rowid: number;
      }[];
      const numbers = Array.from({ length: 12 }, (_item, i) => i + 1);
      expect(bodies.map((body) => body.file_path_db_rowid).sort((a, b) => a - b)).toEqual(numbers);
      expect(await table('busy')).toMatchObject(numbers.map((rowid) => ({ rowid })));
    });

    it('are refused as all others are', async () => {
      expect((await send('noise.txt', randomBytes(200), '/upload/refusing')).status).toBe(415);
      expect((await send('a.txt', 'text', `/upload/${'x'.repeat(129)}`)).status).toBe(422);
      expect(await table('refusing')).toEqual([]);
      const history = await callJson(parley.url, '/history/', { token: me.accessToken });
      expect(history.body).toEqual([]);
      await expectNothingLeft();
    });

    it('have no table that is unknown', async () => {
      expect(await table(randomUUID())).toEqual([]);
      expect((await call(parley.url, '/db/anything')).status).toBe(401);
    });
  });

  describe('under an Idempotency-Key', () => {
    const sendKeyed = async (key: string, bytes: string, path = '/upload', token = me.accessToken) => {
      const response = await upload(
        parley.url,
        path,
        token,
        { name: 'a.txt', bytes },
        { 'Idempotency-Key': key },
      );
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };

    it('are stored once, also when they are concurrent', async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => sendKeyed('one', 'the same text')));
      answers.push(await sendKeyed('one', 'the same text'));
      for (const answer of answers) expect(answer).toEqual({ status: 201, body: answers[0]!.body });
      expect((await list()).map(({ id }) => id)).toEqual([answers[0]!.body.id]);
      await expectNoStrayBlobs();
    });

    it('are refused when the file is another', async () => {
      const { body } = await sendKeyed('two', 'the first text');
      expect(await sendKeyed('two', 'another text')).toEqual({
        status: 409,
        body: { detail: 'This Idempotency-Key was used with another request' },
      });
      expect((await list()).map(({ id }) => id)).toEqual([body.id]);
      await expectNoStrayBlobs();
    });

    it('may be sent again after a refusal, and when the quota is used up', async () => {
      expect((await sendKeyed('three', '')).status).toBe(422);
      const first = await sendKeyed('three', 'a'.repeat(MB));
      expect(first.status).toBe(201);
      for (const key of ['four', 'five']) expect((await sendKeyed(key, 'a'.repeat(MB))).status).toBe(201);
      expect((await sendKeyed('six', 'a')).status).toBe(413);
      expect(await sendKeyed('three', 'a'.repeat(MB))).toEqual(first);
    });

    it('get the same row of a running table', async () => {
      const path = '/upload/keyed';
      const first = await sendKeyed('seven', 'text', path);
      expect(first.body).toMatchObject({ file_path_db_rowid: 1 });
      expect(await sendKeyed('seven', 'text', path)).toEqual(first);
      const table = await callJson(parley.url, '/db/keyed', { token: me.accessToken });
      expect(table.body).toHaveLength(1);
      expect((await sendKeyed('seven', 'text', '/upload/other')).status).toBe(409);
    });

    it('are their own for each account', async () => {
      const mine = await sendKeyed('eight', 'text');
      const theirs = await sendKeyed('eight', 'text', '/upload', stranger.accessToken);
      expect([theirs.status, theirs.body.id === mine.body.id]).toEqual([201, false]);
    });
  });

  it('leave no blob behind when their row cannot be written', async () => {
    await sql(`ALTER TABLE attachments ADD CONSTRAINT unlucky CHECK (filename <> 'unlucky.txt')`);
    const response = await send('unlucky.txt', 'some text');
    expect([response.status, await response.json()]).toEqual([500, { detail: 'Internal Server Error' }]);
    await expectNothingLeft();
  });

  /** A request that says how long its body will be, and has not sent it yet. */
  async function openUpload(
    length: number,
    { path = '/upload', token = me.accessToken } = {},
  ): Promise<Socket> {
    const { hostname, port } = new URL(parley.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      [
        `POST ${path} HTTP/1.1`,
        `Host: ${hostname}`,
        'Connection: close',
        `Authorization: Bearer ${token}`,
        `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
        `Content-Length: ${length}`,
        '\r\n',
      ].join('\r\n'),
    );
    return socket;
  }
});

describe('uploads with blobs in S3', () => {
  let s3: FakeS3;
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    s3 = await FakeS3.start();
    parley = await createTestApp({
      S3_BUCKET: BUCKET,
      S3_ENDPOINT: s3.url,
      S3_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      S3_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      INGESTION_WORKER: 'external',
    });
    me = await register(parley.url);
  });
  afterAll(async () => {
    await parley?.close();
    await s3?.close();
  });

  it('keep the bytes there, and nothing in DATA_DIR', async () => {
    const id = await uploaded(parley.url, me.accessToken, { name: 'ten.txt', bytes: 'abcdefghij' });
    expect([...s3.objects.keys()]).toEqual([`attachments/${id}/original`]);
    expect(await filesIn(parley, 'incoming')).toEqual([]);
    expect(await filesIn(parley, 'blobs')).toEqual([]);
    const range = await call(parley.url, `/attachments/${id}/raw`, {
      token: me.accessToken,
      headers: { Range: 'bytes=2-4' },
    });
    expect([range.status, await range.text()]).toEqual([206, 'cde']);
  });

  it('answer 503 while the bucket cannot be used, and are ready again after', async () => {
    const ready = () => callJson(parley.url, '/health/ready');
    expect((await ready()).body).toEqual({ status: 'ok', missing: [], warnings: [] });
    s3.mood = 'failing';
    const before = s3.objects.size;
    const response = await upload(parley.url, '/upload', me.accessToken, { name: 'a.txt', bytes: 'text' });
    expect([response.status, await response.json()]).toEqual([
      503,
      { detail: 'File storage is unavailable. Please try again later.' },
    ]);
    expect(response.headers.get('retry-after')).toBe('5');
    expect((await ready()).body).toEqual({ status: 'unavailable', missing: ['blob store'], warnings: [] });
    s3.mood = 'well';
    expect(s3.objects.size).toBe(before);
    expect((await ready()).status).toBe(200);
    const { body } = await callJson<{ items: unknown[] }>(parley.url, '/attachments', {
      token: me.accessToken,
    });
    expect(body.items).toHaveLength(1);
  });
});
