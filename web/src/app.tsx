import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { SignIn } from './account/sign-in.js';
import { loadCaller } from './client/account.js';
import { hasExpired, session } from './client/session.js';
import { FilesPage } from './files/files-page.js';
import { Icon } from './shell/icons.js';
import { place } from './shell/router.js';
import { Sidebar } from './shell/sidebar.js';
import { useSignal } from './shell/use-signal.js';
import { TalkPage } from './talk/talk-page.js';
import { chooseLanguage, chosenLanguage, speak, t, type Language } from './texts/texts.js';

const RoomsPage = lazy(() => import('./rooms/rooms-page.js'));
const RequestsPage = lazy(() => import('./requests/requests-page.js'));
const OperatePage = lazy(() => import('./operate/operate-page.js'));

export function App(): ReactNode {
  const user = useSignal(session);
  const [language, setLanguage] = useState<Language>(chosenLanguage);
  const isSignedIn = user !== null;
  useEffect(() => {
    if (isSignedIn) void loadCaller().catch(() => {});
  }, [isSignedIn]);
  if (!user) return <SignIn hasExpired={hasExpired.get()} />;
  const change = async (next: Language) => {
    chooseLanguage(next);
    await speak(next);
    setLanguage(next);
  };
  return <Shell key={`${language} ${user.userId}`} onLanguage={(next) => void change(next)} />;
}

function Shell({ onLanguage }: { onLanguage: (language: Language) => void }): ReactNode {
  const { view } = useSignal(place);
  const [isOpen, setOpen] = useState(false);
  const menuButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const close = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      menuButton.current?.focus();
    };
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, [isOpen]);
  return (
    <div className={isOpen ? 'shell nav-open' : 'shell'}>
      <a className="skip" href="#main">
        {t.skip}
      </a>
      <Sidebar onNavigate={() => setOpen(false)} onLanguage={onLanguage} />
      <div className="scrim only-narrow" onClick={() => setOpen(false)} aria-hidden="true" />
      <button
        ref={menuButton}
        type="button"
        className="quiet square nav-button only-narrow"
        aria-label={t.menu}
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        <Icon name="menu" />
      </button>
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<p className="page muted">{t.loading}</p>}>{pageOf(view)}</Suspense>
      </main>
    </div>
  );
}

function pageOf(view: string): ReactNode {
  switch (view) {
    case 'files':
      return <FilesPage />;
    case 'rooms':
      return <RoomsPage />;
    case 'requests':
      return <RequestsPage />;
    case 'operate':
      return <OperatePage />;
    default:
      return <TalkPage />;
  }
}
