import { useState, type ReactNode } from 'react';
import type { ConversationEntry } from '../client/api.js';
import {
  byDay,
  conversations,
  matching,
  pin,
  removeConversation,
  rename,
  showMore,
} from '../talk/conversation-list.js';
import { t } from '../texts/texts.js';
import { ConfirmDelete } from './dialog.js';
import { FoundMessages, useFoundMessages } from './found-messages.js';
import { Icon } from './icons.js';
import { Link } from './link.js';
import { Menu, MenuItem } from './menu.js';
import { Rename } from './rename.js';
import { go, place } from './router.js';
import { useSignal } from './use-signal.js';

/** The user's conversations by day; during a search, matching conversations and messages. */
export function ConversationList({
  search,
  onNavigate,
}: {
  search: string;
  onNavigate: () => void;
}): ReactNode {
  const { items, next, isLoaded } = useSignal(conversations);
  const [deleting, setDeleting] = useState<ConversationEntry | null>(null);
  const [renaming, setRenaming] = useState<ConversationEntry | null>(null);
  const here = useSignal(place);
  const found = matching(items, search);
  const titleOf = (item: ConversationEntry) => item.title || t.list.untitled;
  const { messages, isSearching } = useFoundMessages(search);
  const remove = async (id: string) => {
    await removeConversation(id);
    if (here.id === id) go('talk');
  };
  return (
    <div className="conversations">
      {isLoaded && !isSearching && found.length === 0 && messages.length === 0 && (
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
                  <MenuItem onSelect={() => void pin(item.id, !item.pinned)}>
                    {item.pinned ? t.list.unpin : t.list.pin}
                  </MenuItem>
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
      <FoundMessages messages={messages} onNavigate={onNavigate} />
      {next && !search && (
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
