import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { isTerminal, type TerminalEvent } from '../../../runs/run.js';
import type { Source } from '../../../agents/agent.js';
import { howToDecide } from '../../../runs/approvals/how-to-decide.js';
import { RunService } from '../../../runs/run.service.js';
import { Idempotency } from '../../../idempotency/idempotency.js';
import { claimOfMessage, idempotencyKeyOf } from '../../message-claim.js';
import { chosenAgent } from '../../wires/chosen-agent.js';
import { sourceFields, sourceUrl } from '../../wires/citations.js';
import type { askInput } from './schemas.js';
import { toFailure, toResult } from './tool-result.js';

/** Minimum interval between progress reports, in ms. */
const PROGRESS_MS = 100;

/** The caller of a tool, and its callbacks. */
export interface ToolCall {
  ownerId: string;
  /** The API key that was used. */
  keyId?: string;
  /** The caller's groups. */
  groups?: readonly string[];
  /** Idempotency key, also used for cancelling; see `session.ts`. */
  requestKey?: string;
  /** Base URL of links. */
  base: string;
  /** Aborted when the caller cancels. */
  signal: AbortSignal;
  /** Reports progress; undefined if the caller did not request it. */
  report?: (progress: number, message: string) => void;
}

/** MCP tool that asks an agent, in a regular conversation. */
@Injectable()
export class AskAgentTool {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly runs: RunService,
    private readonly idempotency: Idempotency,
  ) {}

  /** @throws ParleyError as `RunService.start`; InvalidInput for an unknown agent */
  async call(input: z.output<typeof askInput>, call: ToolCall): Promise<CallToolResult> {
    const agent = chosenAgent(this.agents, input.agent);
    const { ownerId, keyId, groups } = call;
    const { conversation_id: conversationId, message } = input;
    const turn = { ownerId, keyId, groups, conversationId, message, ...agent };
    const run = await this.runs.start({ ...turn, claim: claimOfMessage(turn, call.requestKey) });
    const stop = () => void this.runs.stop(ownerId, run.runId).catch(() => undefined);
    call.signal.addEventListener('abort', stop, { once: true });
    if (call.signal.aborted) stop();
    const { end, sources } = await this.follow(run.runId, call);
    call.signal.removeEventListener('abort', stop);
    if (end.type === 'failed') return toFailure(end.code, end.message);
    if (end.type === 'waiting') {
      const ways = howToDecide(run.runId, end.approvals);
      return toFailure('approval-required', `${end.message} To go on, ${ways}.`);
    }
    return toResult(end.reply, {
      conversation_id: run.conversationId,
      run_id: run.runId,
      reply: end.reply,
      sources: sources.map((source) => ({
        title: source.title,
        url: sourceUrl(source, call.base),
        ...sourceFields(source),
      })),
    });
  }

  /** Stops the run of a call in any process; no effect without one. */
  async cancel(ownerId: string, requestKey: string): Promise<void> {
    const made = await this.idempotency.made(idempotencyKeyOf(ownerId, requestKey));
    if (typeof made?.['runId'] === 'string') await this.runs.stop(ownerId, made['runId']);
  }

  private follow(runId: string, { report }: ToolCall): Promise<{ end: TerminalEvent; sources: Source[] }> {
    return new Promise((resolve) => {
      let sources: Source[] = [];
      let text = '';
      let reported = 0;
      let lastAt = 0;
      const unwatch = this.runs.watch(runId, 0, (events) => {
        for (const event of events) {
          if (event.type === 'token') text += event.text;
          if (event.type === 'reset') text = event.reply;
          if (event.type === 'sources' || event.type === 'reset') ({ sources } = event);
        }
        const last = events.at(-1);
        if (last && isTerminal(last)) {
          // A finished run is shown synchronously, before `unwatch` is assigned.
          queueMicrotask(() => unwatch());
          return resolve({ end: last, sources });
        }
        const now = performance.now();
        if (!report || text.length <= reported || now - lastAt < PROGRESS_MS) return;
        report(text.length, text.slice(reported));
        reported = text.length;
        lastAt = now;
      });
    });
  }
}
