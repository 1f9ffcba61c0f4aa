import { useCallback, useState, type ReactNode } from 'react';
import { createResetToken, listUsers, setUserActive, type AdminUser } from '../client/admin.js';
import { ROOT } from '../client/root.js';
import { session } from '../client/session.js';
import { CopyDialog } from '../shell/copy-dialog.js';
import { asTime, DataTable } from '../shell/data-table.js';
import { useAction } from '../shell/use-action.js';
import { usePages } from '../shell/use-pages.js';
import { useSignal } from '../shell/use-signal.js';
import { t } from '../texts/texts.js';

/** Account management: list, activation, password reset links. */
export function Users(): ReactNode {
  const [words, setWords] = useState('');
  const { problem, act } = useAction();
  const [link, setLink] = useState<{ user: AdminUser; url: string; until: string } | null>(null);
  const me = useSignal(session)?.userId;
  const list = usePages(useCallback((cursor?: string) => listUsers(words.trim(), cursor), [words]));

  const toggle = (user: AdminUser) =>
    act(async () => {
      const changed = await setUserActive(user.id, !user.is_active);
      list.setItems((items) => items.map((item) => (item.id === changed.id ? changed : item)));
    });
  const reset = (user: AdminUser) =>
    act(async () => {
      const { token, expires_at: until } = await createResetToken(user.id);
      setLink({ user, url: `${ROOT.href}#reset=${token}`, until });
    });

  return (
    <section>
      <div className="filters">
        <label>
          {t.operate.findUser}{' '}
          <input
            type="search"
            value={words}
            maxLength={254}
            onChange={(event) => setWords(event.target.value)}
          />
        </label>
      </div>
      <DataTable
        label={t.operate.users}
        items={list.items}
        keyOf={({ id }) => id}
        problem={problem ?? list.problem}
        more={list.more}
        none={t.operate.noUsers}
        columns={[
          { name: t.account.email, of: ({ email }) => email },
          { name: t.operate.groups, of: ({ groups }) => groups.join(', ') },
          {
            name: t.operate.status,
            of: ({ is_active }) => (is_active ? t.operate.active : t.operate.inactive),
          },
          { name: t.files.added, of: ({ created_at }) => asTime(created_at) },
          {
            name: t.operate.actions,
            of: (user) => (
              <span className="row-actions">
                <button
                  type="button"
                  className="small"
                  disabled={user.id === me}
                  aria-label={`${user.is_active ? t.operate.deactivate : t.operate.activate}: ${user.email}`}
                  onClick={() => void toggle(user)}
                >
                  {user.is_active ? t.operate.deactivate : t.operate.activate}
                </button>
                <button
                  type="button"
                  className="small"
                  aria-label={`${t.operate.resetLink}: ${user.email}`}
                  onClick={() => void reset(user)}
                >
                  {t.operate.resetLink}
                </button>
              </span>
            ),
          },
        ]}
      />
      {link && (
        <CopyDialog
          title={t.operate.resetLink}
          text={t.operate.resetText(link.user.email, asTime(link.until))}
          value={link.url}
          onClose={() => setLink(null)}
        />
      )}
    </section>
  );
}
