import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { go, pathOf, type Place } from './router.js';

interface Props extends Omit<ComponentProps<'a'>, 'href' | 'id'> {
  view: Place['view'];
  id?: string | null;
  isCurrent?: boolean;
  children: ReactNode;
}

/** A link to a view of the page; opened in a new tab it works as any other. */
export function Link({ view, id, isCurrent, onClick, children, ...rest }: Props): ReactNode {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(view, id);
    onClick?.(event);
  };
  return (
    <a href={pathOf(view, id)} aria-current={isCurrent ? 'page' : undefined} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
