import type { ReactNode } from 'react';

/** A button in a row of a table; a screen reader says which row. */
export function RowButton(props: { label: string; row: string; onClick: () => void }): ReactNode {
  const { label, row, onClick } = props;
  return (
    <button type="button" className="small" aria-label={`${label}: ${row}`} onClick={onClick}>
      {label}
    </button>
  );
}
