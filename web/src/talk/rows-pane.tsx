import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { runningTable, type RunningRow } from '../client/api.js';
import { Pane } from '../shell/pane.js';
import { t } from '../texts/texts.js';
import { loadMarkdown } from './message.js';

const Markdown = lazy(loadMarkdown);

/** The rows of a conversation's running table, reloaded after each answer. */
export function useRunningTable(conversationId: string, isQuiet: boolean): readonly RunningRow[] {
  const [rows, setRows] = useState<readonly RunningRow[]>([]);
  useEffect(() => {
    if (!isQuiet) return;
    let isLeft = false;
    runningTable(conversationId).then(
      (read) => !isLeft && setRows(read),
      () => {},
    );
    return () => {
      isLeft = true;
    };
  }, [conversationId, isQuiet]);
  return rows;
}

/** The running table of agents' results, beside the conversation. */
export function RowsPane({ rows, onClose }: { rows: readonly RunningRow[]; onClose: () => void }): ReactNode {
  return (
    <Pane title={t.talk.rows} label={t.talk.rows} onClose={onClose}>
      <p className="muted">{t.talk.rowsText}</p>
      <ol className="rows">
        {rows.map(({ rowid, type, description }) => (
          <li key={rowid}>
            <small className="muted">
              {rowid} · {type}
            </small>
            <Suspense fallback={<p>{description}</p>}>
              <Markdown text={description} />
            </Suspense>
          </li>
        ))}
      </ol>
    </Pane>
  );
}
