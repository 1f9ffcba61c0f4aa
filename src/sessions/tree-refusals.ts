import { validate as isUuid } from 'uuid';
import { notFound, ParleyError } from '../common/errors.js';
import { RunActiveError } from '../database/repositories/runs/run-conflicts.js';
import { TreeRefusedError, type TreeRefusal } from '../database/repositories/tree/held-conversation.js';

const MESSAGE_NOT_FOUND = 'Message not found';

const REFUSALS: Record<TreeRefusal, () => ParleyError> = {
  'no-conversation': () => notFound('Conversation not found'),
  'no-message': () => notFound(MESSAGE_NOT_FOUND),
  'not-a-question': () =>
    new ParleyError(
      'conflict',
      'not-a-question',
      'Only messages of the user can be edited, and only answers to them can be regenerated',
    ),
  'head-moved': () =>
    new ParleyError(
      'conflict',
      'head-moved',
      'The last message of the conversation is not the one in If-Match',
    ),
  'not-last': () =>
    new ParleyError(
      'conflict',
      'not-last',
      'Only the last message that is shown can be deleted alone: others follow this one',
    ),
  'only-branch': () =>
    new ParleyError('conflict', 'only-branch', 'This is the only branch: delete the conversation instead'),
};

/** The client's error for a refused change of a tree; any other error is returned unchanged. */
export function treeRefusal(error: unknown): unknown {
  if (error instanceof TreeRefusedError) return REFUSALS[error.reason]();
  if (error instanceof RunActiveError)
    return new ParleyError('conflict', 'run-active', 'The previous message is still being answered');
  return error;
}

/** @throws ParleyError `not-found` for an invalid message id */
export function requireMessageId(id: string): string {
  if (!isUuid(id)) throw notFound(MESSAGE_NOT_FOUND);
  return id.toLowerCase();
}
