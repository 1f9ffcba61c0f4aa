import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { go, pathOf, type Place } from './router.js';

interface Props extends Omit<ComponentProps<'a'>, 'href' | 'id'> {
  view: Place['view'];
  id?: string | null;
  /** A message in the conversation. */
  message?: string;
  isCurrent?: boolean;
  children: ReactNode;
}

/** A client-side link to a view; also works when opened in a new tab. */
export function Link({ view, id, message, isCurrent, onClick, children, ...rest }: Props): ReactNode {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(view, id, { message });
    onClick?.(event);
  };
  return (
    <a
      href={pathOf(view, id) + (message ? `#${message}` : '')}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={follow}
      {...rest}
    >
      {children}
    </a>
  );
}
