import type { ReactNode } from 'react';

const PATHS = {
  plus: 'M12 5v14M5 12h14',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M7 7h10v10H7z',
  attach:
    'M20 11.500l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700L9.700 17.200a1.700 1.700 0 0 1-2.400-2.400l7.700-7.700',
  close: 'M6 6l12 12M18 6L6 18',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  menu: 'M4 7h16M4 12h16M4 17h16',
  file: 'M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5',
  rooms: 'M4 6h11v8H9l-3 3v-3H4zM18 9h2v8h-2v3l-3-3h-4',
  code: 'M9 8l-4 4 4 4M15 8l4 4-4 4',
  gauge: 'M5 19a8 8 0 1 1 14 0M12 14l3-4',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  check: 'M5 12.500l5 5 9-10',
  trash: 'M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12',
  chevron: 'M8 10l4 4 4-4',
  left: 'M14 7l-5 5 5 5',
  right: 'M10 7l5 5-5 5',
  film: 'M4 5h16v14H4zM8 5v14M16 5v14M4 9.500h4M4 14.500h4M16 9.500h4M16 14.500h4',
  table: 'M4 5h16v14H4zM4 10h16M4 14.500h16M10 5v14',
  down: 'M12 5v13M6 12.500l6 6 6-6',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM5 20c.500-4 3-6 7-6s6.500 2 7 6',
  book: 'M5 5c3-1 5-1 7 1 2-2 4-2 7-1v13c-3-1-5-1-7 1-2-2-4-2-7-1zM12 6v13',
  retry: 'M19 12a7 7 0 1 1-2-5M18 3v4h-4',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  good: 'M8 11v8H5v-8zM8 11l4-7c1.500 0 2.500 1 2 2.800L13.300 10H18c1.300 0 2 1 1.700 2.200l-1.500 5.300c-.3 1-1 1.500-2 1.500H8',
  bad: 'M16 13V5h3v8zM16 13l-4 7c-1.500 0-2.500-1-2-2.800l.7-3.200H6c-1.300 0-2-1-1.700-2.200l1.500-5.300c.3-1 1-1.500 2-1.500H16',
  pin: 'M9 4h6l-1 6 3 3v1H7v-1l3-3zM12 14v6',
  warn: 'M12 4l9 16H3zM12 10v4M12 17h.01',
} as const;

/** Decorative, hidden from screen readers: used beside text or in a labelled button. */
export function Icon({ name }: { name: keyof typeof PATHS }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
