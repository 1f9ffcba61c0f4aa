import { boundedText } from '../../../common/text.js';
import { parseInput } from '../../../common/http/validation.pipe.js';
import { MAX_MESSAGE_CHARS } from '../../wires/newest-turn.js';
import { unfit } from '../../wires/unfit.js';
import { isMessage, textOf } from './request.js';
import type { InputItem } from './schemas.js';

const messageText = boundedText(1, MAX_MESSAGE_CHARS);

/** A message that is put into a conversation without an answer. */
export interface NewItem {
  role: 'user' | 'assistant';
  content: string;
}

/** @throws InvalidInput for items that are no messages of text of the user or the assistant */
export const newItemsOf = (items: readonly InputItem[]): NewItem[] => items.map(toNewItem);

function toNewItem(item: InputItem): NewItem {
  if (!isMessage(item) || (item.role !== 'user' && item.role !== 'assistant'))
    throw unfit(
      'items',
      'Unsupported content: the items of a conversation are messages of the user and of the assistant',
      'unsupported_content',
    );
  const { role, content } = item;
  if (typeof content !== 'string' && content.some((part) => !('text' in part)))
    throw unfit('items', 'Unsupported content: only text is put into a conversation', 'unsupported_content');
  return { role, content: parseInput(messageText, textOf(content), 'body', 'items') };
}
