import { lazy, Suspense, useState, type ReactNode } from 'react';
import { signOut } from '../client/account.js';
import { session } from '../client/session.js';
import { Memories } from './memories.js';
import { forgetAll } from '../talk/memory.js';
import { closeAll } from '../talk/open-conversations.js';
import { Icon } from '../shell/icons.js';
import { go } from '../shell/router.js';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../shell/menu.js';
import { useSignal } from '../shell/use-signal.js';
import { chosenLanguage, t, type Language } from '../texts/texts.js';

const Schedules = lazy(() => import('./schedules.js'));

type Theme = 'system' | 'light' | 'dark';
const KEY = 'parley.theme';

export function AccountMenu({ onLanguage }: { onLanguage: (language: Language) => void }): ReactNode {
  const user = useSignal(session);
  const [theme, setTheme] = useState<Theme>(() => (localStorage.getItem(KEY) as Theme | null) ?? 'system');
  const [showsMemories, setShowsMemories] = useState(false);
  const [showsSchedules, setShowsSchedules] = useState(false);
  const chooseTheme = (next: Theme) => {
    setTheme(next);
    if (next === 'system') {
      localStorage.removeItem(KEY);
      delete document.documentElement.dataset.theme;
    } else {
      localStorage.setItem(KEY, next);
      document.documentElement.dataset.theme = next;
    }
  };
  const leave = () => {
    closeAll();
    forgetAll();
    go('talk');
    void signOut().catch(() => {});
  };
  const themes = (['system', 'light', 'dark'] as const).map((value) => ({
    value,
    label: t.account.themes[value],
  }));
  const languages = [
    { value: 'en', label: 'English' },
    { value: 'de', label: 'Deutsch' },
  ] as const;
  return (
    <>
      <Menu
        label={`${user?.email ?? ''}: ${t.account.menu}`}
        className="account quiet"
        align="start"
        side="top"
        trigger={
          <>
            <Icon name="user" />
            <span className="cut">{user?.email}</span>
          </>
        }
      >
        <MenuChoice label={t.account.theme} value={theme} options={themes} onChoose={chooseTheme} />
        <MenuLine />
        <MenuChoice<Language>
          label={t.account.language}
          value={chosenLanguage()}
          options={languages}
          onChoose={onLanguage}
        />
        <MenuLine />
        <MenuItem onSelect={() => setShowsMemories(true)}>{t.memories.title}</MenuItem>
        <MenuItem onSelect={() => setShowsSchedules(true)}>{t.schedules.title}</MenuItem>
        <MenuItem onSelect={leave}>{t.account.signOut}</MenuItem>
      </Menu>
      {showsMemories && <Memories onClose={() => setShowsMemories(false)} />}
      {showsSchedules && (
        <Suspense>
          <Schedules onClose={() => setShowsSchedules(false)} />
        </Suspense>
      )}
    </>
  );
}
