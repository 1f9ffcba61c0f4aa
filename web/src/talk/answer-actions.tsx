import { useState, type ReactNode } from 'react';
import { CopyButton } from '../shell/copy-button.js';
import { FormDialog } from '../shell/form-dialog.js';
import { IconButton } from '../shell/icon-button.js';
import { Icon } from '../shell/icons.js';
import { t } from '../texts/texts.js';
import type { Answer } from './answer.js';
import { BranchPager } from './branch-pager.js';
import type { MessageProps } from './message.js';

/** Actions of an answer: copy, rate, regenerate, switch between versions. */
export function AnswerActions(props: MessageProps & { answer: Answer }): ReactNode {
  const { conversation, message, answer, chosen, isLast, isBusy } = props;
  const isCut = answer.cut === 'length';
  return (
    <footer className="message-actions">
      {answer.text && <CopyButton text={answer.text} label={t.talk.copyAnswer} />}
      {isLast && (answer.status !== 'complete' || isCut) && (
        <button type="button" className="quiet small" onClick={() => void conversation.retry()}>
          <Icon name="retry" />
          {isCut ? t.talk.goOn : t.talk.again}
        </button>
      )}
      {message.id !== null && (
        <>
          {answer.status === 'complete' && (
            <IconButton
              icon="retry"
              label={t.talk.regenerate}
              disabled={isBusy}
              onClick={() => void conversation.regenerate(message, chosen)}
            />
          )}
          <Rate {...props} />
        </>
      )}
      <BranchPager conversation={conversation} message={message} isBusy={isBusy} />
    </footer>
  );
}

function Rate({ conversation, message }: MessageProps): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const { rating } = message;
  return (
    <>
      <IconButton
        icon="good"
        label={t.talk.good}
        aria-pressed={rating === 1}
        onClick={() => void conversation.rate(message, rating === 1 ? null : 1)}
      />
      <IconButton
        icon="bad"
        label={t.talk.bad}
        aria-pressed={rating === -1}
        onClick={() => (rating === -1 ? void conversation.rate(message, null) : setAsking(true))}
      />
      {isAsking && (
        <Reason
          onSend={(reason) => {
            setAsking(false);
            void conversation.rate(message, -1, reason);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function Reason({ onSend, onClose }: { onSend: (reason?: string) => void; onClose: () => void }): ReactNode {
  return (
    <FormDialog
      title={t.talk.reasonTitle}
      action={t.talk.send}
      onSubmit={(form) => onSend((form.get('reason') as string).trim() || undefined)}
      onClose={onClose}
    >
      <textarea name="reason" rows={3} maxLength={4000} aria-label={t.talk.reason} autoFocus />
      <small className="muted">{t.talk.reasonHint}</small>
    </FormDialog>
  );
}
