import { followRun, Unreachable, type RunStream, type StreamEvent } from './run-stream.js';

const RUN = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';
const event = (offset: number, payload: object) =>
  `id: ${RUN}:${offset}\ndata: ${JSON.stringify(payload)}\n\n`;
const META = event(1, { type: 'meta' });
const TOKEN = event(2, { type: 'token', data: 'Grüße, 🦊 ' });
const DONE = event(3, { type: 'done', data: null });

/** A response with the given chunks, which then ends or breaks. */
function response(pieces: Uint8Array[], end: 'close' | 'break' = 'close'): Response {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else if (end === 'close') controller.close();
      else controller.error(new TypeError('network error'));
    },
  });
  return new Response(body, { headers: { 'X-Run-Id': RUN } });
}
const bytes = (text: string) => new TextEncoder().encode(text);
const inPieces = (text: string, size: number) => {
  const all = bytes(text);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
};

class Refused extends Error {}

/** Follows a run with scripted responses; records the requests and events. */
async function follow(answers: (Response | Error)[], options: Partial<RunStream> = {}) {
  const asked: string[] = [];
  const events: StreamEvent[] = [];
  const answer = (request: string) => {
    asked.push(request);
    const next = answers.shift();
    if (!next) throw new Refused('asked too often');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const ending = await followRun({
    start: () => answer('start'),
    resume: (runId, after) => answer(`resume ${runId === RUN ? '' : runId}after ${after}`),
    onEvents: (some) => events.push(...some),
    signal: new AbortController().signal,
    isFinal: (error) => error instanceof Refused,
    limits: { firstWaitMs: 0 },
    ...options,
  });
  return { ending, asked, data: events.map(({ data }) => data) };
}

const data = (text: string) => /data: (.*)/.exec(text)![1]!;

describe('the stream of a run', () => {
  it.each([1, 2, 3, 7, 64, 1000])(
    'is read from pieces of %i bytes, which cut lines and characters',
    async (size) => {
      const { ending, data: came } = await follow([
        response(inPieces(`: ping\n${META}${TOKEN}${DONE}`, size)),
      ]);
      expect({ ending, came }).toEqual({ ending: 'done', came: [META, TOKEN, DONE].map(data) });
    },
  );

  it('lets other tasks run while many events arrive', async () => {
    const tokens = Array.from({ length: 3_000 }, (_, i) =>
      event(i + 2, { type: 'token', data: 'and so on ' }),
    );
    let tasks = 0;
    const seen = new Set<number>();
    let most = 0;
    let count = 0;
    const { ending } = await follow([response([bytes(META + tokens.join('') + DONE)])], {
      onEvents: ({ length }) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => {
          tasks += 1;
          port1.close();
        });
        port1.start();
        port2.postMessage(null);
        seen.add(tasks);
        most = Math.max(most, length);
        count += length;
      },
    });
    expect({ ending, count }).toEqual({ ending: 'done', count: tokens.length + 2 });
    expect(most).toBeLessThan(300);
    expect(seen.size).toBeGreaterThan(5);
  });

  it('understands CRLF and several lines of data', async () => {
    const { data: came } = await follow([response([bytes(`data: one\r\ndata: two\r\n\r\n${DONE}`)])]);
    expect(came[0]).toBe('one\ntwo');
  });

  it.each(['close', 'break'] as const)('goes on behind the last event after a cut (%s)', async (end) => {
    const { asked, data: came } = await follow([
      response([bytes(META + TOKEN + DONE.slice(0, 30))], end),
      response([bytes(DONE)]),
    ]);
    expect(asked).toEqual(['start', `resume after ${RUN}:2`]);
    expect(came).toEqual([META, TOKEN, DONE].map(data));
  });

  it('starts again when not even the headers came, since no run is known', async () => {
    const { asked } = await follow([new TypeError('failed to fetch'), response([bytes(META + DONE)])]);
    expect(asked).toEqual(['start', 'start']);
  });

  it('resumes from the beginning when only the headers came', async () => {
    const { asked } = await follow([response([], 'break'), response([bytes(META + DONE)])]);
    expect(asked).toEqual(['start', 'resume after ']);
  });

  it('passes on a reset, which replaces all missed events', async () => {
    const reset = event(9, { type: 'reset', data: { reply: 'All of it' } });
    const { asked, data: came } = await follow([
      response([bytes(META + TOKEN)], 'break'),
      response([bytes(reset)], 'break'),
      response([bytes(event(10, { type: 'done', data: null }))]),
    ]);
    expect(asked.at(-1)).toBe(`resume after ${RUN}:9`);
    expect(came).toContain(data(reset));
  });

  it('is over when nothing is left behind the last event', async () => {
    const over = new Response(null, { status: 204 });
    const { ending } = await follow([response([bytes(META + TOKEN)], 'break'), over]);
    expect(ending).toBe('done');
  });

  it('reports that there is nothing to follow', async () => {
    const { ending } = await follow([new Response(null, { status: 204 })], { runId: RUN, start: undefined });
    expect(ending).toBe('nothing');
  });

  it('reports a refusal immediately', async () => {
    await expect(follow([new Refused('Forbidden attachment access')])).rejects.toThrow(
      'Forbidden attachment access',
    );
  });

  it('stops when the API stays unreachable', async () => {
    const lost = Array.from({ length: 50 }, () => new TypeError('failed to fetch'));
    await expect(follow(lost, { limits: { firstWaitMs: 1, longestWaitMs: 1, giveUpMs: 5 } })).rejects.toThrow(
      Unreachable,
    );
  });

  it('takes silence for a broken connection', async () => {
    const silent = new Response(new ReadableStream(), { headers: { 'X-Run-Id': RUN } });
    const { asked } = await follow([silent, response([bytes(META + DONE)])], {
      limits: { silenceMs: 10, firstWaitMs: 0 },
    });
    expect(asked).toEqual(['start', 'resume after ']);
  });

  it('is left when its reader leaves', async () => {
    const leaving = new AbortController();
    const onEvents = () => leaving.abort();
    const { ending, asked } = await follow([response([bytes(META)], 'break')], {
      signal: leaving.signal,
      onEvents,
    });
    expect({ ending, asked }).toEqual({ ending: 'left', asked: ['start'] });
  });
});
