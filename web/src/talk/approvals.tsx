import { useState, type ReactNode } from 'react';
import type { Decision } from '../client/api.js';
import { Dialog } from '../shell/dialog.js';
import { t } from '../texts/texts.js';
import { wordsOf } from '../texts/words-of.js';
import { pendingCalls, type Answer, type ToolCard } from './answer.js';
import type { Conversation } from './conversation.js';
import { visibleJson } from './visible-json.js';

/** The pending tool calls of an answer, decided one by one in a dialog. */
export function Approvals({
  conversation,
  answer,
}: {
  conversation: Conversation;
  answer: Answer;
}): ReactNode {
  const [isOpen, setOpen] = useState(true);
  const [pending] = pendingCalls(answer);
  if (!pending) return null;
  return (
    <p className="ending">
      {t.talk.waiting}{' '}
      <button type="button" className="small" onClick={() => setOpen(true)}>
        {t.talk.decide}
      </button>
      {isOpen && (
        <ApprovalDialog
          key={pending.id}
          tool={pending}
          onDecide={(decision) => conversation.decide(pending, decision)}
          onClose={() => setOpen(false)}
        />
      )}
    </p>
  );
}

interface DialogProps {
  tool: ToolCard;
  onDecide: (decision: Decision) => Promise<void>;
  onClose: () => void;
}

function ApprovalDialog({ tool, onDecide, onClose }: DialogProps): ReactNode {
  const written = visibleJson(tool.input) ?? '';
  const [input, setInput] = useState(written);
  const [isAlways, setAlways] = useState(false);
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (decision: Decision) => {
    setSending(true);
    setProblem(null);
    try {
      await onDecide(decision);
    } catch (error) {
      setProblem(wordsOf(error));
      setSending(false);
    }
  };
  const approve = () => {
    if (input === written) return send({ decision: 'approve', always: isAlways });
    const edited = readObject(input);
    if (!edited) return setProblem(t.talk.noObject);
    return send({ decision: 'edit', input: edited, always: isAlways });
  };
  return (
    <Dialog title={t.talk.approvalTitle(tool.name)} onClose={onClose}>
      <form
        className="stacked"
        onSubmit={(event) => {
          event.preventDefault();
          void approve();
        }}
      >
        <label>
          {t.talk.toolInput}
          <textarea
            rows={Math.min(12, input.split('\n').length + 1)}
            spellCheck={false}
            value={input}
            onChange={(event) => setInput(event.target.value)}
          />
        </label>
        <label className="check">
          <input type="checkbox" checked={isAlways} onChange={(event) => setAlways(event.target.checked)} />{' '}
          {t.talk.always(tool.name)}
        </label>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <footer>
          <button type="button" disabled={isSending} onClick={() => void send({ decision: 'reject' })}>
            {t.talk.reject}
          </button>
          <button type="submit" className="primary" disabled={isSending}>
            {input === written ? t.talk.approve : t.talk.approveEdited}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
