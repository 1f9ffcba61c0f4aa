import { useEffect, useId, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { sendJson } from '../client/http.js';
import { session } from '../client/session.js';
import { Icon } from '../shell/icons.js';
import { Link } from '../shell/link.js';
import { go, place } from '../shell/router.js';
import { useSignal } from '../shell/use-signal.js';
import { wordsOf } from '../texts/words-of.js';
import { t } from '../texts/texts.js';
import { RoomSocket, type RoomMessage } from './room-socket.js';

export default function RoomsPage(): ReactNode {
  const { id } = useSignal(place);
  return id === null ? <RoomList /> : <Room key={id} name={id} />;
}

interface RoomEntry {
  session_id: string;
  message_count: number;
}

function RoomList(): ReactNode {
  const [rooms, setRooms] = useState<RoomEntry[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  useEffect(() => {
    sendJson<RoomEntry[]>('/v1/chat/sessions').then(setRooms, (error: unknown) => setProblem(wordsOf(error)));
  }, []);
  const join = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = (new FormData(event.currentTarget).get('name') as string).trim();
    if (name) go('rooms', name);
  };
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t.rooms.title}</h1>
          <p className="muted">{t.rooms.lead}</p>
        </div>
      </header>
      <form className="inline-form" onSubmit={join}>
        <label htmlFor={id}>{t.rooms.name}</label>
        <input id={id} name="name" maxLength={128} required autoComplete="off" />
        <button type="submit" className="primary">
          {t.rooms.join}
        </button>
      </form>
      <h2>{t.rooms.open}</h2>
      {problem && <p className="problem">{problem}</p>}
      {rooms?.length === 0 && <p className="muted">{t.rooms.none}</p>}
      <ul className="cards">
        {rooms?.map(({ session_id, message_count }) => (
          <li key={session_id}>
            <Link view="rooms" id={session_id}>
              <strong className="cut">{session_id}</strong>
              <small className="muted">{t.rooms.messages(message_count)}</small>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

const NAME_KEY = 'parley.name';

function Room({ name }: { name: string }): ReactNode {
  const needsToken = document.documentElement.dataset.rooms === 'token';
  const [socket, setSocket] = useState<RoomSocket | null>(null);
  useEffect(() => {
    const opened = new RoomSocket(name, needsToken);
    setSocket(opened);
    return () => opened.leave();
  }, [name, needsToken]);
  return socket && <OpenRoom socket={socket} />;
}

function OpenRoom({ socket }: { socket: RoomSocket }): ReactNode {
  const { connection, messages, problem } = useSignal(socket.state);
  const user = useSignal(session);
  const [author, setAuthor] = useState(
    () => localStorage.getItem(NAME_KEY) ?? user?.email.split('@')[0] ?? '',
  );
  const [isUnsent, setUnsent] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    // In braces: some browsers return a promise, which React would treat as a clean-up function.
    end.current?.scrollIntoView({ block: 'end' });
  }, [messages.length]);
  const words = useMemo(
    () => ({
      connecting: t.rooms.connecting,
      open: t.rooms.connected,
      lost: t.rooms.lost,
      refused: t.rooms.refused,
    }),
    [],
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const content = (new FormData(form).get('content') as string).trim();
    if (!content) return;
    const isSent = socket.send(content, author.trim());
    setUnsent(!isSent);
    if (isSent) form.reset();
  };
  return (
    <section className="room" aria-label={socket.name}>
      <header className="talk-head">
        <h1 className="cut">{socket.name}</h1>
        <span className={`connection ${connection}`} role="status">
          {words[connection]}
        </span>
        <Link view="rooms" className="button small">
          {t.rooms.leave}
        </Link>
      </header>
      <div className="room-log" role="log" aria-label={t.talk.log} tabIndex={0}>
        {messages.length === 0 && connection === 'open' && <p className="muted empty">{t.rooms.empty}</p>}
        {messages.map((message) => (
          <RoomMessageView key={message.id} message={message} isOwn={message.author_name === author.trim()} />
        ))}
        <div ref={end} />
      </div>
      {(problem ?? isUnsent) && <p className="problem">{problem ?? t.rooms.sendFailed}</p>}
      <form className="composer room-form" onSubmit={submit}>
        <label htmlFor={id} className="muted">
          {t.rooms.as}
        </label>
        <input
          id={id}
          value={author}
          maxLength={64}
          onChange={(event) => {
            setAuthor(event.target.value);
            localStorage.setItem(NAME_KEY, event.target.value);
          }}
        />
        <input
          name="content"
          maxLength={4000}
          aria-label={t.talk.message}
          placeholder={t.rooms.placeholder}
          autoComplete="off"
          autoFocus
        />
        <button type="submit" className="primary square" aria-label={t.talk.send}>
          <Icon name="send" />
        </button>
      </form>
    </section>
  );
}

function RoomMessageView({ message, isOwn }: { message: RoomMessage; isOwn: boolean }): ReactNode {
  const time = new Date(message.created_at).toLocaleTimeString(document.documentElement.lang, {
    hour: '2-digit',
    minute: '2-digit',
  });
  const author = message.author_name ?? (message.role === 'assistant' ? t.rooms.assistant : t.rooms.someone);
  return (
    <article className={isOwn ? 'room-message own' : 'room-message'}>
      <header>
        <strong>{author}</strong> <small className="muted">{time}</small>
      </header>
      <p>{message.content}</p>
    </article>
  );
}
