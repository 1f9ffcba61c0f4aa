// URLs of the page's views, below any proxy prefix.

import { ROOT } from '../client/root.js';
import { Signal } from '../client/signal.js';

export interface Place {
  view: 'talk' | 'files' | 'rooms' | 'requests' | 'operate';
  /** A conversation or room. */
  id: string | null;
  /** The message of a conversation that is wanted. */
  message: string | null;
}

const VIEWS = new Set<string>(['talk', 'files', 'rooms', 'requests', 'operate']);

function here(): Place {
  const [view = '', id] = location.pathname.slice(ROOT.pathname.length).split('/');
  if (!VIEWS.has(view)) return { view: 'talk', id: null, message: null };
  const message = /^#([\da-f-]{36})$/.exec(location.hash)?.[1] ?? null;
  return { view: view as Place['view'], id: id ? decodeURIComponent(id) : null, message };
}

export const place = new Signal<Place>(here());
addEventListener('popstate', () => place.set(here()));

export const pathOf = (view: Place['view'], id?: string | null) =>
  ROOT.pathname + (view === 'talk' && !id ? '' : view) + (id ? `/${encodeURIComponent(id)}` : '');

export function go(view: Place['view'], id?: string | null, { message }: { message?: string } = {}): void {
  const path = pathOf(view, id) + (message ? `#${message}` : '');
  if (path !== location.pathname + location.hash) history.pushState(null, '', path);
  place.set(here());
}
