import { candidatesOf, confirmedMovieOf, phaseOf } from '../../../agents/movie-finder/memory/state.js';
import { ParleyError } from '../../../common/errors.js';
import { sseFrames } from '../../../common/sse.js';
import { parseInput } from '../../../common/http/validation.pipe.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import type { TerminalEvent } from '../../../runs/run.js';
import type { StartRun, StartedRun } from '../../../runs/run.service.js';
import type { ToSse } from '../../stream-run.js';
import { sendSchema } from './schemas.js';

export const SESSION_NOT_FOUND = 'Session not found';

/** @throws InvalidInput */
export function fromWire(
  body: unknown,
  ownerId: string,
  maxMessage: number,
): StartRun & { conversationId: string } {
  const { session_id, message } = parseInput(sendSchema(maxMessage), body, 'body');
  return { ownerId, conversationId: session_id, agent: 'movie-finder', message };
}

/** The phase of a turn precedes its tokens and decides whether they are sent. */
export function toWire({ runId, conversationId }: StartedRun): ToSse {
  let phase = 'discovery';
  const done = ({ reply, state, finishReason }: TerminalEvent) => {
    const candidates = candidatesOf(state);
    const movie = confirmedMovieOf(state);
    const now = phaseOf(state);
    return JSON.stringify({
      type: 'done',
      session_id: conversationId,
      reply,
      phase: now,
      ...(now === 'confirmation' && candidates.length > 0 && { candidates }),
      ...(now === 'qa' && movie && { confirmed_movie: movie }),
      // Finish reason of an incomplete answer.
      ...(finishReason && { finish_reason: finishReason }),
    });
  };
  return (event) => {
    switch (event.type) {
      case 'state':
        phase = phaseOf(event.state);
        return '';
      case 'reset':
        phase = phaseOf(event.state);
        return sseFrames(runId, event.offset, JSON.stringify({ type: 'reset', reply: event.reply }));
      case 'token':
        if (phase === 'qa') return '';
        return sseFrames(runId, event.offset, `{"type":"token","content":${JSON.stringify(event.text)}}`);
      case 'completed':
        return sseFrames(runId, event.offset, done(event));
      // This surface's agent has no tools, but another agent may answer in the same conversation.
      case 'waiting':
      case 'failed': {
        const error = JSON.stringify({ type: 'error', detail: event.message });
        return sseFrames(runId, event.offset, error, done(event));
      }
      case 'started':
      case 'log':
      case 'reasoning':
      case 'tool':
      case 'sources':
        return '';
    }
  };
}

/** Refuses another account's session id, before the stream begins. */
export async function refuseForeign(
  conversations: ConversationsService,
  { ownerId, conversationId }: StartRun,
) {
  if (conversationId && (await conversations.isForeign(ownerId, conversationId)))
    throw new ParleyError('forbidden', 'foreign-session', SESSION_NOT_FOUND);
}
