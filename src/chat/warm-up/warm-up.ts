import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { ChatModel } from '../../adapters/chat-model/chat-model.js';
import { OpenAiChatModel } from '../../adapters/chat-model/openai-chat-model.js';
import { Logger } from '../../common/logger.js';
import { reasonOf } from '../../common/startup.js';
import { Config } from '../../config/config.js';
import { LiveRun } from '../../runs/live-run.js';
import { RunOutput } from '../../runs/run-output.js';
import { RunProducer } from '../../runs/run-producer.js';
import { endOf } from '../../runs/run-snapshot.js';
import { streamRun } from '../stream-run.js';
import { streamOf } from '../surfaces.js';
import { streamSyntheticAnswer } from './synthetic-model.js';

/** About 0.4 s of CPU; more of them gain nothing. */
const TURNS = 60;
const AT_ONCE = 4;
const PROMPT = { instructions: '', history: [], message: 'Warm up.' };

/**
 * Streams synthetic answers after a start, in memory and over a loopback port: V8 interprets code that has hardly run
 * yet, and the first clients' answers would take several times as long. Nothing is stored, logged or counted.
 */
@Injectable()
export class WarmUp {
  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
    private readonly producer: RunProducer,
  ) {}

  /**
   * Ends early when clients' runs begin. Without a model server there is none; a failure is logged.
   * @returns the number of answers that were streamed
   */
  async run(): Promise<number> {
    if (!this.config.hasModel) return 0;
    const server = createServer();
    const agent = new Agent({ keepAlive: true });
    try {
      return await this.streamTurns(server, agent);
    } catch (error) {
      this.logger.warn({ reason: reasonOf(error) }, 'the warm-up failed: the first answers will be slower');
      return 0;
    } finally {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    }
  }

  private async streamTurns(server: Server, agent: Agent): Promise<number> {
    server.listen({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const env = { ...this.config.env, OPENAI_BASE_URL: url, OPENAI_API_KEY: undefined };
    const model = new OpenAiChatModel({ env }, this.logger);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const answer =
        request.method === 'POST' ? streamSyntheticAnswer(response) : streamTurn(model, response);
      answer.catch((error: Error) => response.destroy(error));
    });
    let turns = 0;
    for (; turns < TURNS && this.producer.activeRuns === 0; turns += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, () => readToEnd(url, agent)));
    return turns;
  }
}

/** As a run is produced and watched, without its request and its stores. */
async function streamTurn(model: ChatModel, response: ServerResponse): Promise<void> {
  const id = uuidv7();
  const live = new LiveRun(id, {}, () => setImmediate(() => live.show()));
  live.append({ type: 'started', conversationId: id });
  const stream = streamOf({ runId: id, conversationId: id, agent: 'assistant', wire: null });
  streamRun(response, { watch: (_, after, sink) => live.watch(after, sink) }, id, stream);
  const output = new RunOutput(live, '');
  await model.stream(PROMPT, (tokens) => output.add({ type: 'text', tokens }), new AbortController().signal);
  output.end();
  live.append(endOf(live.snapshot, null));
}

async function readToEnd(url: string, agent: Agent): Promise<void> {
  const request = get(url, { agent });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  // After the response has begun, a reset of the connection is an error of both; that of the response is awaited.
  request.on('error', () => undefined);
  await once(response.resume(), 'end');
}
