import type { ReactNode } from 'react';
import { IconButton } from '../shell/icon-button.js';
import { t } from '../texts/texts.js';
import type { Conversation } from './conversation.js';
import type { ShownMessage } from './shown-messages.js';

interface Props {
  conversation: Conversation;
  message: ShownMessage;
  isBusy: boolean;
}

/** Which of its versions a message is, where there are several, and the way to the others. */
export function BranchPager({ conversation, message, isBusy }: Props): ReactNode {
  const { siblings, id } = message;
  if (id === null || siblings.length < 2) return null;
  const at = siblings.indexOf(id);
  const step = (by: -1 | 1, icon: 'left' | 'right', label: string) => {
    const target = siblings[at + by];
    return (
      <IconButton
        icon={icon}
        label={label}
        disabled={isBusy || target === undefined}
        onClick={() => target && void conversation.selectBranch(target)}
      />
    );
  };
  return (
    <span className="pages" role="group" aria-label={t.talk.versions}>
      {step(-1, 'left', t.talk.previousVersion)}
      <span>{t.talk.version(at + 1, siblings.length)}</span>
      {step(1, 'right', t.talk.nextVersion)}
    </span>
  );
}
