import type { ReactNode } from 'react';
import { DataTable, type Column } from './data-table.js';
import type { Pages } from './use-pages.js';

interface Props<T> {
  words: { title: string; add: string; none: string };
  list: Pages<T>;
  keyOf: (item: T) => string;
  /** Of the latest action, where it failed. */
  problem: string | null;
  onAdd: () => void;
  columns: readonly Column<T>[];
}

/** A paginated list with a button that adds to it. */
export function ListTable<T>(props: Props<T>): ReactNode {
  const { words, list, keyOf, problem, onAdd, columns } = props;
  return (
    <>
      <p className="buttons">
        <button type="button" onClick={onAdd}>
          {words.add}
        </button>
      </p>
      <DataTable
        label={words.title}
        items={list.items}
        keyOf={keyOf}
        problem={problem ?? list.problem}
        more={list.more}
        none={words.none}
        columns={columns}
      />
    </>
  );
}
