import { getRun, resumeRun } from '../client/api.js';
import { HttpError } from '../client/http.js';
import { noteEvents } from '../client/request-log.js';
import { followRun, type RunStream } from '../client/run-stream.js';
import { wordsOf } from '../texts/words-of.js';
import { withEvents, type Answer } from './answer.js';
import type { ConversationState } from './conversation-state.js';

/** Longer waits, such as for a budget of the next month, are shown to the user instead. */
const LONGEST_WAIT_MS = 60_000;

export function isFinal(error: unknown): boolean {
  if (!(error instanceof HttpError) || error.status >= 500 || error.status === 408) return false;
  return error.status !== 429 || (error.retryAfterMs ?? 0) > LONGEST_WAIT_MS;
}
const waitOf = (error: unknown) => (error instanceof HttpError ? error.retryAfterMs : undefined);

/** The message of a limit that ends soon: the server is there, and the request is repeated. */
const limitIn = (error: unknown) =>
  error instanceof HttpError && error.status === 429 ? error.message : null;

/** The view of an answer that is being followed. */
export interface AnswerPlace {
  /** The last shown answer; undefined without one. */
  answer: () => Answer | undefined;
  change: (change: (answer: Answer) => Answer) => void;
  show: (state: Pick<ConversationState, 'connection' | 'limit'>) => void;
  onRun: (runId: string) => void;
}

/** Follows an answer to its end, with reconnects. Errors are shown in the answer's place. */
export async function followAnswer(
  start: RunStream['start'],
  signal: AbortSignal,
  place: AnswerPlace,
): Promise<void> {
  let isFirstEvent = true;
  try {
    await followRun({
      start,
      resume: resumeRun,
      signal,
      isFinal,
      waitOf,
      onConnection: (connection, error) => place.show({ connection, limit: limitIn(error) }),
      onRun: (runId) => {
        place.change((answer) => ({ ...answer, runId }));
        place.onRun(runId);
      },
      onEvents: (events) => {
        noteEvents(events, isFirstEvent);
        isFirstEvent = false;
        place.change((answer) => withEvents(answer, events));
      },
    });
    await learnEnding(place);
  } catch (error) {
    place.change((answer) => ({ ...answer, status: 'failed', error: wordsOf(error) }));
  } finally {
    place.show({ connection: null, limit: null });
  }
}

/** Reads whether the run was stopped, interrupted or failed, which are one event in the stream. */
async function learnEnding({ answer, change }: AnswerPlace): Promise<void> {
  const { runId, status } = answer() ?? {};
  if (!runId || status !== 'failed') return;
  const run = await getRun(runId).catch(() => null);
  if (run?.status === 'cancelled') change((shown) => ({ ...shown, status: 'stopped', error: null }));
  if (run?.status === 'interrupted') change((shown) => ({ ...shown, status: 'interrupted' }));
}
