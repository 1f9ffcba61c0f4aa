import type { ClientBase } from 'pg';
import { startTimer } from '../telemetry/tracing.js';

type Query = (...args: unknown[]) => unknown;

/** Times the statements of a connection: for the metric of stores, and as spans of their calls, without their text. */
export function timeQueries(client: ClientBase): void {
  const query = client.query.bind(client) as Query;
  const timedQuery: Query = (...args) => {
    const settle = startTimer('postgres', () => nameOf(args[0]));
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      args[args.length - 1] = (error: unknown, result: unknown) => {
        settle(error);
        (callback as Query)(error, result);
      };
      return query(...args);
    }
    const answer = query(...args);
    if (answer instanceof Promise) answer.then(() => settle(), settle);
    return answer;
  };
  client.query = timedQuery as ClientBase['query'];
}

/** The name of a prepared statement, or else its first word. */
function nameOf(statement: unknown): string {
  const { name, text } = typeof statement === 'string' ? { text: statement } : (statement as NamedStatement);
  return name ?? /^\s*(\w+)/.exec(text ?? '')?.[1]?.toUpperCase() ?? 'query';
}

interface NamedStatement {
  name?: string;
  text?: string;
}
