import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { TableData } from '../charts/table-data.js';
import { t } from '../texts/texts.js';

const TableChart = lazy(() => import('../charts/table-chart.js'));

/** @param data numeric data for a chart; null without any */
export function Table({ data, children }: { data: TableData | null; children: ReactNode }): ReactNode {
  const [isDrawn, setDrawn] = useState(false);
  return (
    <div>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t.talk.table}>
        <table>{children}</table>
      </div>
      {data && (
        <button
          type="button"
          className="link small"
          aria-expanded={isDrawn}
          onClick={() => setDrawn(!isDrawn)}
        >
          {isDrawn ? t.talk.noChart : t.talk.chart}
        </button>
      )}
      {data && isDrawn && (
        <Suspense fallback={null}>
          <TableChart data={data} />
        </Suspense>
      )}
    </div>
  );
}
