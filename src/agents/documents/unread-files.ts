import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  ChunksRepository,
  type FailedAttachment,
  type QuestionFiles,
  type UnreadAttachment,
} from '../../database/repositories/documents/chunks.repository.js';
import type { AgentInput, Emit } from '../agent.js';

/** A question that comes right after an upload waits so long for the file to be read. */
const WAIT_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 250;
/** Names of files in the sentence about those that are not read. */
const NAMED = 3;

/** Waits for files that a question may be about, and returns those that the answer must do without. */
@Injectable()
export class UnreadFiles {
  constructor(private readonly chunks: ChunksRepository) {}

  /**
   * Emits `log` events while it waits.
   * @param shown ids of images that the model is shown, which need not be read
   * @returns sentences for the reply, which every client shows; empty when all files were read
   */
  async settle(
    input: AgentInput,
    shown: readonly string[],
    emit: Emit,
    signal: AbortSignal,
  ): Promise<string> {
    const { ownerId, conversationRowId, documents } = input;
    const named = documents?.attachmentIds ?? [];
    // Other files are not searched.
    if (documents?.within && named.length === 0) return '';
    const unread = await this.wait(input, { named, shown }, emit, signal);
    const failed = await this.chunks.failed(ownerId, conversationRowId, { named, shown });
    return [...tellUnread(unread), ...failed.filter(isNews(input)).map(tellFailed)].join(' ');
  }

  private async wait(
    { ownerId, conversationRowId }: AgentInput,
    files: QuestionFiles,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<UnreadAttachment[]> {
    const until = Date.now() + WAIT_TIMEOUT_MS;
    let said = '';
    for (;;) {
      const unread = await this.chunks.unread(ownerId, conversationRowId, files);
      if (unread.length === 0 || Date.now() >= until) return unread;
      const text = `Reading ${unread.map(({ filename }) => filename).join(', ')} …`;
      if (text !== said) emit({ type: 'log', text: (said = text) });
      await sleep(POLL_INTERVAL_MS, undefined, { signal });
    }
  }
}

/** A sentence about all of them, or none. */
function tellUnread(files: readonly UnreadAttachment[]): string[] {
  const names = files.map(({ filename }) => filename);
  if (names.length === 0) return [];
  if (names.length === 1)
    return [`${names[0]} is still being read, so this answer goes without it; ask again in a moment.`];
  const last = names.length > NAMED + 1 ? [`${names.length - NAMED} more files`] : names.splice(-1);
  const list = `${names.slice(0, NAMED).join(', ')} and ${last[0]}`;
  return [`${list} are still being read, so this answer goes without them; ask again in a moment.`];
}

const tellFailed = ({ filename, error }: FailedAttachment) =>
  `${filename} could not be read, so this answer goes without it${error ? `: ${error}` : '.'}`;

/** A failed file is reported once in a conversation, and again when a question is about that file. */
const isNews =
  ({ history, documents }: AgentInput) =>
  ({ filename }: FailedAttachment) =>
    Boolean(documents?.attachmentIds?.length) ||
    !history.some(
      ({ role, content }) => role === 'assistant' && content.includes(`${filename} could not be read`),
    );
