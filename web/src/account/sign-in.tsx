import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { createFirstAdmin, register, resetPassword, signIn } from '../client/account.js';
import { HttpError } from '../client/http.js';
import { Brand } from '../shell/brand.js';
import { t } from '../texts/texts.js';
import { wordsOf } from '../texts/words-of.js';

type Mode = 'first' | 'new' | 'known' | 'reset';

const wordsFor = (mode: Mode) =>
  ({
    first: { title: t.account.firstTitle, lead: t.account.firstLead, submit: t.account.first },
    reset: { title: t.account.resetTitle, lead: t.account.resetLead, submit: t.account.reset },
    new: { title: t.account.registerTitle, lead: t.account.lead, submit: t.account.register },
    known: { title: t.account.title, lead: t.account.lead, submit: t.account.signIn },
  })[mode];

/**
 * Form for sign-in, registration and the first admin of a fresh installation, which have nearly the same fields.
 */
export function SignIn({ hasExpired }: { hasExpired: boolean }): ReactNode {
  const [mode, setMode] = useState<Mode>(() => firstMode(hasExpired));
  const [done, setDone] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(hasExpired ? t.account.expired : null);
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const words = wordsFor(mode);
  const isNew = mode !== 'known';

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => form.get(name) as string;
    const [email, password] = [field('email'), field('password')];
    setBusy(true);
    setProblem(null);
    try {
      if (mode === 'reset') {
        await resetPassword(resetToken(), password);
        history.replaceState(null, '', location.pathname);
        setDone(t.account.resetDone);
        setMode('known');
        setBusy(false);
      } else if (mode === 'first') {
        await createFirstAdmin(email, password, field('code'));
        document.documentElement.dataset.admin = 'present';
      } else await (isNew ? register(email, password) : signIn(email, password));
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  const change = (next: Mode) => () => {
    setMode(next);
    setProblem(null);
  };

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <Brand />
        <h1>{words.title}</h1>
        <p className="muted">{words.lead}</p>
        {mode === 'first' && (
          <>
            <label htmlFor={`${id}c`}>{t.account.code}</label>
            <input
              id={`${id}c`}
              name="code"
              className="code-field"
              autoComplete="off"
              spellCheck={false}
              maxLength={64}
              placeholder="XXXX-XXXX-XXXX"
              required
              autoFocus
            />
          </>
        )}
        {mode !== 'reset' && (
          <>
            <label htmlFor={`${id}e`}>{t.account.email}</label>
            <input
              id={`${id}e`}
              name="email"
              type="email"
              autoComplete="username"
              required
              autoFocus={mode !== 'first'}
            />
          </>
        )}
        <label htmlFor={`${id}p`}>{t.account.password}</label>
        <input
          id={`${id}p`}
          name="password"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          minLength={isNew ? 8 : undefined}
          aria-describedby={isNew ? `${id}h` : undefined}
          required
        />
        {isNew && (
          <small id={`${id}h`} className="muted">
            {t.account.passwordHint}
          </small>
        )}
        <p className="problem" role="alert">
          {problem}
        </p>
        {done && <p role="status">{done}</p>}
        <button type="submit" className="primary" disabled={isBusy}>
          {words.submit}
        </button>
        {mode !== 'new' && (
          <button type="button" className="link" onClick={change('new')}>
            {t.account.toRegister}
          </button>
        )}
        {mode !== 'known' && (
          <button type="button" className="link" onClick={change('known')}>
            {t.account.toSignIn}
          </button>
        )}
      </form>
    </main>
  );
}

/** Password reset token of a link from an admin; in the URL's fragment, so that no server logs it. */
const resetToken = () => /^#reset=(.+)$/.exec(location.hash)?.[1] ?? '';

function firstMode(hasExpired: boolean): Mode {
  if (resetToken()) return 'reset';
  return document.documentElement.dataset.admin === 'missing' && !hasExpired ? 'first' : 'known';
}

function problemOf(error: unknown): string {
  if (!(error instanceof HttpError)) return wordsOf(error);
  if (error.status === 401) return t.account.wrong;
  if (error.status === 403) return t.account.wrongCode;
  if (error.status === 404) return t.account.hasAdmin;
  if (error.message === 'REGISTER_USER_ALREADY_EXISTS') return t.account.taken;
  return error.message;
}
