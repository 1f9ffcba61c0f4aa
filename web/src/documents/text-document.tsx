import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '../texts/texts.js';
import type { Mark } from './document-pane.js';

/** Characters displayed around the quotation: a whole book would be too much for the layout. */
const SHOWN = 20_000;

export function TextDocument({ text, mark }: { text: string; mark: Mark }): ReactNode {
  const [from, setFrom] = useState(() => Math.max(0, (mark?.[0] ?? 0) - SHOWN));
  const [to, setTo] = useState(() => Math.min(text.length, (mark?.[1] ?? 0) + SHOWN));
  const quote = useRef<HTMLElement>(null);
  useEffect(() => {
    // In braces: some browsers return a promise, which React would treat as a clean-up function.
    quote.current?.scrollIntoView({ block: 'center' });
  }, []);
  const [start, end] = mark ?? [from, from];
  return (
    <>
      {from > 0 && (
        <button type="button" className="quiet small" onClick={() => setFrom(Math.max(0, from - SHOWN))}>
          {t.documents.before}
        </button>
      )}
      <div className="text-document" tabIndex={0} role="document">
        {text.slice(from, start)}
        {mark && <mark ref={quote}>{text.slice(start, end)}</mark>}
        {text.slice(end, to)}
      </div>
      {to < text.length && (
        <button
          type="button"
          className="quiet small"
          onClick={() => setTo(Math.min(text.length, to + SHOWN))}
        >
          {t.documents.after}
        </button>
      )}
    </>
  );
}
