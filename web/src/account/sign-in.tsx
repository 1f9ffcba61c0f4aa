import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { register, signIn } from '../client/api.js';
import { HttpError } from '../client/http.js';
import { wordsOf } from '../talk/conversation.js';
import { t } from '../texts/texts.js';
import { Brand } from '../shell/brand.js';

/** Register and sign in: one form, since they ask for the same. */
export function SignIn({ hasExpired }: { hasExpired: boolean }): ReactNode {
  const [isNew, setNew] = useState(false);
  const [problem, setProblem] = useState<string | null>(hasExpired ? t.account.expired : null);
  const [isBusy, setBusy] = useState(false);
  const id = useId();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [email, password] = [form.get('email') as string, form.get('password') as string];
    setBusy(true);
    setProblem(null);
    try {
      await (isNew ? register(email, password) : signIn(email, password));
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <Brand />
        <h1>{isNew ? t.account.registerTitle : t.account.title}</h1>
        <p className="muted">{t.account.lead}</p>
        <label htmlFor={`${id}e`}>{t.account.email}</label>
        <input id={`${id}e`} name="email" type="email" autoComplete="username" required autoFocus />
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
        <button type="submit" className="primary" disabled={isBusy}>
          {isNew ? t.account.register : t.account.signIn}
        </button>
        <button
          type="button"
          className="link"
          onClick={() => {
            setNew(!isNew);
            setProblem(null);
          }}
        >
          {isNew ? t.account.toSignIn : t.account.toRegister}
        </button>
      </form>
    </main>
  );
}

function problemOf(error: unknown): string {
  if (error instanceof HttpError) {
    if (error.status === 401) return t.account.wrong;
    if (error.message === 'REGISTER_USER_ALREADY_EXISTS') return t.account.taken;
    return error.message;
  }
  const words = wordsOf(error);
  return words === 'unreachable' ? t.unreachable : words;
}
