import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { t } from '../texts/texts.js';
import type { Mark } from './document-pane.js';
import { tableOf } from './table-rows.js';
import { TextDocument } from './text-document.js';

const SHOWN = 300;

export function TableDocument({ text, mark }: { text: string; mark: Mark }): ReactNode {
  const table = useMemo(() => tableOf(text, mark), [text, mark?.[0], mark?.[1]]);
  const firstMarked = table?.rows.findIndex(({ isMarked }) => isMarked) ?? -1;
  const [to, setTo] = useState(Math.max(SHOWN, firstMarked + SHOWN));
  const marked = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    // In braces: some browsers return a promise, which React would treat as a clean-up function.
    marked.current?.scrollIntoView({ block: 'center' });
  }, []);
  if (!table) return <TextDocument text={text} mark={mark} />;
  const { head, rows } = table;
  return (
    <>
      <div className="prose table-scroll" tabIndex={0} role="region" aria-label={t.talk.table}>
        <table>
          <thead>
            <tr>
              {head.map((cell, i) => (
                <th key={`${i} ${cell}`} scope="col">
                  {cell}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, to).map(({ cells, isMarked }, r) => (
              <tr
                key={`${r} ${cells[0]}`}
                ref={r === firstMarked ? marked : undefined}
                className={isMarked ? 'marked' : undefined}
              >
                {cells.map((cell, i) => (
                  <td key={`${i} ${cell}`}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {to < rows.length && (
        <button type="button" className="quiet small" onClick={() => setTo(to + SHOWN)}>
          {t.documents.after}
        </button>
      )}
    </>
  );
}
