import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { t } from '../texts/texts.js';

interface Props {
  text: string;
  onSend: (text: string) => void;
  onClose: () => void;
}

/** Inline editor of a question. */
export function EditQuestion({ text, onSend, onClose }: Props): ReactNode {
  const [next, setNext] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = next.trim() !== '' && next !== text;
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight + 2, 320)}px`;
  }, [next]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (canSend) onSend(next.trim());
  };
  return (
    <form
      className="edit-question"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) onSend(next.trim());
      }}
    >
      <textarea
        ref={field}
        value={next}
        aria-label={t.talk.editLabel}
        maxLength={32_000}
        autoFocus
        onFocus={({ target }) => target.setSelectionRange(target.value.length, target.value.length)}
        onChange={(event) => setNext(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <footer>
        <small className="muted">{t.talk.editHint}</small>
        <button type="button" className="small" onClick={onClose}>
          {t.cancel}
        </button>
        <button type="submit" className="small primary" disabled={!canSend}>
          {t.talk.send}
        </button>
      </footer>
    </form>
  );
}
