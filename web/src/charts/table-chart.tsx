import { useState, type ReactNode } from 'react';
import { t } from '../texts/texts.js';
import { Bars } from './bars.js';
import type { TableData } from './table-data.js';

/** The numbers of a table as bars, a column at a time. */
export default function TableChart({ data: { labels, columns } }: { data: TableData }): ReactNode {
  const [shown, setShown] = useState(0);
  const column = columns[shown] ?? columns[0];
  if (!column) return null;
  const { name, values, texts } = column;
  return (
    <figure className="chart">
      {columns.length > 1 ? (
        <select
          value={shown}
          aria-label={t.talk.chartColumn}
          onChange={(event) => setShown(Number(event.target.value))}
        >
          {columns.map((one, i) => (
            <option key={`${i} ${one.name}`} value={i}>
              {one.name}
            </option>
          ))}
        </select>
      ) : (
        <figcaption>{name}</figcaption>
      )}
      <Bars
        label={name}
        bars={labels.map((label, i) => ({ label, value: values[i] ?? 0, text: texts[i] ?? '' }))}
      />
    </figure>
  );
}
