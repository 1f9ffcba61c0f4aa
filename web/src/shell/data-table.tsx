import type { ReactNode } from 'react';
import { t } from '../texts/texts.js';

export interface Column<T> {
  name: string;
  of: (item: T) => ReactNode;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  /** Null while loading. */
  items: readonly T[] | null;
  keyOf: (item: T) => string;
  problem: string | null;
  /** Shows the next page. */
  more?: () => void;
  /** Text for an empty list. */
  none: string;
}

/** A paginated API list as a table, with its error and a button for more. */
export function DataTable<T>(props: Props<T>): ReactNode {
  const { label, columns, items, keyOf, problem, more, none } = props;
  return (
    <>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {items === null && !problem && <p className="muted">{t.loading}</p>}
      {items?.length === 0 && <p className="muted empty">{none}</p>}
      {items && items.length > 0 && (
        <div className="prose table-scroll" tabIndex={0} role="region" aria-label={label}>
          <table className="data">
            <thead>
              <tr>
                {columns.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={keyOf(item)}>
                  {columns.map(({ name, of }) => (
                    <Cell key={name}>{of(item)}</Cell>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <p className="buttons">
          <button type="button" onClick={more}>
            {t.list.more}
          </button>
        </p>
      )}
    </>
  );
}

/** A long text is cut, and whole in its tooltip. */
function Cell({ children }: { children: ReactNode }): ReactNode {
  if (typeof children !== 'string') return <td>{children}</td>;
  return (
    <td className="cut" title={children}>
      {children}
    </td>
  );
}

/** A time as the reader's own country writes it. */
export const asTime = (at: string | number | Date) =>
  new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
