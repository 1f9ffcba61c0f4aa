import { useEffect, useState, type ReactNode } from 'react';
import { AccountMenu } from '../account/account-menu.js';
import { ROOT } from '../client/root.js';
import { session } from '../client/session.js';
import { refreshList } from '../talk/conversation-list.js';
import { onChangeElsewhere } from '../talk/tabs.js';
import { t, type Language } from '../texts/texts.js';
import { Brand } from './brand.js';
import { ConversationList } from './conversation-list.js';
import { Icon } from './icons.js';
import { Link } from './link.js';
import { place } from './router.js';
import { useSignal } from './use-signal.js';

interface Props {
  onNavigate: () => void;
  onLanguage: (language: Language) => void;
}

export function Sidebar({ onNavigate, onLanguage }: Props): ReactNode {
  const here = useSignal(place);
  const user = useSignal(session);
  const [search, setSearch] = useState('');
  useEffect(() => {
    void refreshList().catch(() => {});
    return onChangeElsewhere(() => void refreshList().catch(() => {}));
  }, []);
  const views = [
    { view: 'files', icon: 'file', label: t.nav.files },
    { view: 'rooms', icon: 'rooms', label: t.nav.rooms },
    { view: 'requests', icon: 'code', label: t.nav.requests },
    ...(user?.isAdmin ? [{ view: 'operate', icon: 'gauge', label: t.nav.operate } as const] : []),
  ] as const;
  return (
    <nav className="sidebar" aria-label={t.nav.main}>
      <header>
        <Link view="talk" className="home" onClick={onNavigate}>
          <Brand />
        </Link>
        <button type="button" className="quiet square only-narrow" aria-label={t.close} onClick={onNavigate}>
          <Icon name="close" />
        </button>
      </header>
      <Link
        view="talk"
        className="new-talk"
        onClick={onNavigate}
        isCurrent={here.view === 'talk' && !here.id}
      >
        <Icon name="plus" />
        {t.nav.newTalk}
      </Link>
      <label className="search">
        <Icon name="search" />
        <input
          type="search"
          placeholder={t.list.search}
          aria-label={t.list.search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </label>
      <ConversationList search={search} onNavigate={onNavigate} />
      <ul className="views">
        {views.map(({ view, icon, label }) => (
          <li key={view}>
            <Link view={view} isCurrent={here.view === view} onClick={onNavigate}>
              <Icon name={icon} />
              {label}
            </Link>
          </li>
        ))}
        <li>
          <a href={new URL('docs', ROOT).href} target="_blank" rel="noreferrer">
            <Icon name="book" />
            {t.nav.docs}
          </a>
        </li>
      </ul>
      <AccountMenu onLanguage={onLanguage} />
    </nav>
  );
}
