import { useMemo, type ReactNode } from 'react';
import { ROOT } from '../client/root.js';
import { rawEvents, requests, toCurl, type LoggedRequest } from '../client/request-log.js';
import { readSession } from '../client/session.js';
import { Markdown } from '../markdown/markdown.js';
import { CopyButton } from '../shell/copy-button.js';
import { useSignal } from '../shell/use-signal.js';
import { newAnswer, withEvents } from '../talk/answer.js';
import { t } from '../texts/texts.js';
import { Keys } from './keys.js';
import { OwnUsage } from './usage.js';

const MAX_SHOWN_EVENTS = 300;

/** For developers of clients: the page's requests, as commands for a terminal. */
export default function RequestsPage(): ReactNode {
  const all = useSignal(requests);
  const events = useSignal(rawEvents);
  const answer = useMemo(() => withEvents(newAnswer(), events), [events]);
  return (
    <div className="page wide">
      <header className="page-head">
        <div>
          <h1>{t.requests.title}</h1>
          <p className="muted">{t.requests.lead}</p>
        </div>
        <a className="button" href={new URL('docs', ROOT).href} target="_blank" rel="noreferrer">
          {t.nav.docs}
        </a>
      </header>
      <Keys />
      <OwnUsage />
      <h2>{t.requests.events}</h2>
      {events.length === 0 ? (
        <p className="muted">{t.requests.noEvents}</p>
      ) : (
        <div className="side-by-side">
          <ol className="events" tabIndex={0} aria-label={t.requests.events}>
            {events.slice(-MAX_SHOWN_EVENTS).map(({ id, data }, i) => (
              <li key={`${id} ${i}`}>
                <code>
                  {id && <span className="muted">{`id: …${id.slice(-8)}\n`}</span>}
                  {`data: ${data.length > 2000 ? `${data.slice(0, 2000)}…` : data}`}
                </code>
              </li>
            ))}
          </ol>
          <section aria-label={t.requests.rendered} tabIndex={0}>
            <Markdown text={answer.text} cite={{ count: answer.sources.length, onOpen: () => {} }} />
          </section>
        </div>
      )}
      <h2>{t.requests.requests}</h2>
      <p className="muted">
        {t.requests.token} <CopyButton text={readSession()?.accessToken ?? ''} label={t.requests.copyToken} />
      </p>
      {all.length === 0 && <p className="muted">{t.requests.none}</p>}
      <ul className="requests">
        {all.map((request) => (
          <RequestView key={request.id} request={request} />
        ))}
      </ul>
    </div>
  );
}

function RequestView({ request }: { request: LoggedRequest }): ReactNode {
  const { method, path, status } = request;
  const curl = toCurl(request, ROOT.href);
  const words =
    status === undefined ? t.requests.underWay : status === 0 ? t.requests.unreachable : String(status);
  return (
    <li>
      <details>
        <summary>
          <code>
            <b>{method}</b> {path}
          </code>
          <span className={status !== undefined && (status === 0 || status >= 400) ? 'problem' : 'muted'}>
            {words}
          </span>
        </summary>
        <pre tabIndex={0}>
          <code>{curl}</code>
        </pre>
      </details>
      <CopyButton text={curl} label={t.requests.copyCurl(`${method} ${path}`)} />
    </li>
  );
}
