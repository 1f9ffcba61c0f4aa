import { useEffect, useState, type ReactNode } from 'react';
import { AccountMenu } from '../account/account-menu.js';
import type { ConversationEntry } from '../client/api.js';
import { ROOT } from '../client/root.js';
import { session } from '../client/session.js';
import {
  byDay,
  conversations,
  matching,
  refreshList,
  removeConversation,
  rename,
  showMore,
} from '../talk/conversation-list.js';
import { onChangeElsewhere } from '../talk/tabs.js';
import { t, type Language } from '../texts/texts.js';
import { Brand } from './brand.js';
import { ConfirmDelete } from './dialog.js';
import { Rename } from './rename.js';
import { Icon } from './icons.js';
import { Link } from './link.js';
import { Menu, MenuItem } from './menu.js';
import { go, place } from './router.js';
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

function ConversationList({ search, onNavigate }: { search: string; onNavigate: () => void }): ReactNode {
  const { items, next, isLoaded } = useSignal(conversations);
  const [deleting, setDeleting] = useState<ConversationEntry | null>(null);
  const [renaming, setRenaming] = useState<ConversationEntry | null>(null);
  const here = useSignal(place);
  const found = matching(items, search);
  const titleOf = (item: ConversationEntry) => item.title || t.list.untitled;
  const remove = async (id: string) => {
    await removeConversation(id);
    if (here.id === id) go('talk');
  };
  return (
    <div className="conversations">
      {isLoaded && found.length === 0 && (
        <p className="muted">{items.length === 0 ? t.list.none : t.list.noMatch}</p>
      )}
      {byDay(found, Date.now()).map(([day, group]) => (
        <section key={day}>
          <h2>{day}</h2>
          <ul>
            {group.map((item) => (
              <li key={item.id} className="row">
                <Link
                  view="talk"
                  id={item.id}
                  isCurrent={here.view === 'talk' && here.id === item.id}
                  title={item.last_snippet ?? undefined}
                  className="cut"
                  onClick={onNavigate}
                >
                  {titleOf(item)}
                </Link>
                <Menu
                  label={t.list.actions(titleOf(item))}
                  className="quiet square"
                  trigger={<Icon name="more" />}
                >
                  <MenuItem onSelect={() => setRenaming(item)}>{t.list.rename}</MenuItem>
                  <MenuItem isDangerous onSelect={() => setDeleting(item)}>
                    <Icon name="trash" />
                    {t.delete}
                  </MenuItem>
                </Menu>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {next && (
        <button type="button" className="quiet small" onClick={() => void showMore()}>
          {t.list.more}
        </button>
      )}
      {renaming && (
        <Rename
          title={titleOf(renaming)}
          onRename={(title) => rename(renaming.id, title)}
          onClose={() => setRenaming(null)}
        />
      )}
      {deleting && (
        <ConfirmDelete
          title={t.list.confirm(titleOf(deleting))}
          text={t.list.confirmText}
          onConfirm={() => void remove(deleting.id)}
          onClose={() => setDeleting(null)}
        />
      )}
    </div>
  );
}
