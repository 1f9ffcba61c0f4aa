import type { ChatTurn } from '../../adapters/chat-model/chat-model.js';
import { parseInput } from '../../common/http/validation.pipe.js';
import { boundedText } from '../../common/text.js';
import { picturesOf, type InlinePicture } from './inline-pictures.js';
import { unfit } from './unfit.js';

/** Maximum characters of a message, as on the other surfaces. */
export const MAX_MESSAGE_CHARS = 32_000;
/** Messages in the list of a request. */
export const MAX_MESSAGES = 5_000;

/** A message in a client's list; only the fields that Parley reads. */
export interface ListedMessage {
  /** `user`, `assistant`, `system` or `developer`; others are passed over. */
  role: string;
  text: string;
  attachmentIds?: readonly string[];
  /** Addresses of images. */
  pictures?: readonly string[];
}

/** A list of messages as a turn of a conversation. */
export interface NewestTurn {
  /** The newest message, which is answered. */
  message: string;
  documents: { attachmentIds?: string[] };
  pictures: InlinePicture[];
  /** Text of the system messages. */
  instructions?: string;
  /** Earlier messages, for conversations that the client stores itself. */
  history: ChatTurn[];
}

const messageText = boundedText(1, MAX_MESSAGE_CHARS);

/**
 * @param field of the body that holds the list, for errors
 * @throws InvalidInput when the last message is not the user's, or has neither text nor files
 */
export function newestTurn(messages: readonly ListedMessage[], field = 'messages'): NewestTurn {
  const last = messages.at(-1);
  if (last?.role !== 'user') throw unfit(field, "The last message must have the role 'user'");
  const files = [...new Set(last.attachmentIds)];
  const pictures = picturesOf(last.pictures ?? [], field);
  const instructions = messages.flatMap(({ role, text }) => (isInstruction(role) && text ? [text] : []));
  return {
    message: parseInput(messageText, last.text.trim() || requestFor([...files, ...pictures]), 'body', field),
    documents: files.length > 0 ? { attachmentIds: files } : {},
    pictures,
    instructions: instructions.join('\n\n') || undefined,
    history: messages.slice(0, -1).flatMap(({ role, text }) => {
      return (role === 'user' || role === 'assistant') && text ? [{ role, content: text }] : [];
    }),
  };
}

const isInstruction = (role: string) => role === 'system' || role === 'developer';

/** Default message text for files without text, as shown in the conversation. */
export const requestFor = ({ length }: readonly unknown[]) =>
  length === 0 ? '' : length === 1 ? 'Summarise the attached file.' : 'Summarise the attached files.';
