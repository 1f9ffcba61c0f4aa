import type { ReactNode } from 'react';
import { t } from '../texts/texts.js';

export function Brand(): ReactNode {
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M8 9.500A2.500 2.500 0 0 1 10.500 7h11A2.500 2.500 0 0 1 24 9.500v7a2.500 2.500 0 0 1-2.500 2.500H15l-4.600 4.300c-.6.600-1.400.200-1.400-.6V19A2.500 2.500 0 0 1 8 16.500z" />
      </svg>
      {t.brand}
    </span>
  );
}
