import type { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import type { RunProducer } from '../../runs/run-producer.js';
import { streamLoad } from '../../common/sse.js';
import { counts } from '../../telemetry/process-metrics.js';
import { WarmUp } from './warm-up.js';

const warnings: object[] = [];
const logger = { warn: (fields: object) => warnings.push(fields) } as unknown as Logger;

const run = (settings: Record<string, string>, producer: Pick<RunProducer, 'activeRuns'>) =>
  new WarmUp(new Config({ JWT_SECRET: 'x'.repeat(32), ...settings }), logger, producer as RunProducer).run();

/** A model server that must not be asked: nothing listens there. */
const MODEL = { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' };

describe('the warm-up after a start', () => {
  it('streams answers to their end, and leaves nothing open and nothing counted', async () => {
    const before = counts.streamedTokens;
    expect(await run(MODEL, { activeRuns: 0 })).toBe(60);
    expect(warnings).toEqual([]);
    expect(counts.streamedTokens).toBe(before);
    // A response closes after its reader has read its end.
    while (streamLoad().open > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('stops when runs of clients begin', async () => {
    let asked = 0;
    const producer = {
      get activeRuns() {
        return asked++ < 2 ? 0 : 1;
      },
    };
    expect(await run(MODEL, producer)).toBe(8);
  });

  it('is left out without a model server', async () => {
    expect(await run({}, { activeRuns: 0 })).toBe(0);
  });
});
