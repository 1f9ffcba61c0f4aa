import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '../texts/texts.js';
import type { Answer, AnswerStatus } from './answer.js';

/** Live region that announces the beginning and end of an answer to screen readers, not each token of it. */
export function AnswerAnnouncer({ answer }: { answer: Answer | undefined }): ReactNode {
  const [words, setWords] = useState('');
  const before = useRef<AnswerStatus | undefined>(undefined);
  const status = answer?.status;
  useEffect(() => {
    if (status === 'writing') setWords(t.talk.answering);
    else if (before.current === 'writing') setWords(endOf(status));
    before.current = status;
  }, [status]);
  return (
    <p className="unseen" role="status">
      {words}
    </p>
  );
}

function endOf(status: AnswerStatus | undefined): string {
  if (status === 'complete') return t.talk.answered;
  if (status === 'waiting') return t.talk.waiting;
  return status === 'stopped' ? t.talk.stoppedStatus : t.talk.failedStatus;
}
