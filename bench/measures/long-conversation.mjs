/**
 * What a turn costs, Parley and PostgreSQL: in a new conversation, in one that fills the history an agent is shown, and
 * in a very long one.
 */
import { randomUUID } from 'node:crypto';
import { query } from '../rig/engines.mjs';
import { count, median, millis, ratio, sum } from '../rig/numbers.mjs';
import { familyCpu } from '../rig/proc.mjs';
import { register } from '../servers/parley.mjs';

const ORDER = { tokens: 10, paceMs: 0 };
const LENGTHS = [0, 40, 10_000];
/** Turns in a row in the same conversation; then the next one has its turn. */
const IN_A_ROW = 20;
const MESSAGE = 'What was said long ago is shown to nobody, and should cost nobody anything. '.repeat(3);

/** @returns rows of the table */
export async function measureLongConversation({ plan, load, say, servers, engines }) {
  say(`turns in a conversation of ${count(LENGTHS.at(-1))} messages`);
  const [token] = await register(servers.parley, 1);
  const take = async (turns, conversation, target = 'parley') => {
    const { url, child } = servers[target];
    const before = cpuOfPostgres(engines);
    const job = { job: 'measureTurns', target, url, pid: child.pid, token, turns, conversation, ...ORDER };
    return { ...(await load(job)), postgres: cpuOfPostgres(engines) - before };
  };

  const kinds = [];
  for (const length of LENGTHS) {
    const conversation = length > 0 ? randomUUID() : undefined;
    await take(1, conversation);
    if (conversation) await lengthen(engines.databaseUrl, conversation, length);
    kinds.push({ length, conversation, ends: [], cpu: [], postgres: [] });
  }
  const bare = [];
  for (let round = 0; round < plan.turns / IN_A_ROW; round++) {
    for (const kind of kinds) {
      const { ends, cpu, postgres } = await take(IN_A_ROW, kind.conversation);
      kind.ends.push(...ends);
      kind.cpu.push(cpu);
      kind.postgres.push(postgres);
    }
    bare.push((await take(IN_A_ROW, undefined, 'relay')).postgres);
  }

  const [empty, , long] = kinds;
  const against = median(long.ends) / median(empty.ends);
  const ofTurn = (seconds) => (sum(seconds) * 1_000) / (seconds.length * IN_A_ROW);
  const [ofParley, ofRelay] = [ofTurn(empty.postgres), ofTurn(bare)];
  return [
    {
      figure: `a turn among ${LENGTHS.map(count).join(', ')} messages (p50)`,
      parley: kinds.map(({ ends }) => millis(median(ends))).join(', '),
      against: ratio(against),
      aim: 'flat: ≤ 1.50 ×',
      isMet: against <= 1.5,
    },
    { figure: 'CPU of such a turn', parley: kinds.map(({ cpu }) => millis(ofTurn(cpu))).join(', ') },
    ...(engines.postgresPid
      ? [
          {
            figure: 'CPU of PostgreSQL for such a turn',
            parley: kinds.map(({ postgres }) => millis(ofTurn(postgres))).join(', '),
            bare: millis(ofRelay),
            against: ratio(ofParley / ofRelay),
            aim: '≤ 1 ms',
            isMet: ofParley <= 1,
          },
        ]
      : []),
  ];
}

/** Seconds so far; always 0 for a server that was not started here. */
const cpuOfPostgres = ({ postgresPid }) => (postgresPid ? familyCpu(postgresPid) : 0);

/** Puts messages behind those of a conversation, as many as it is to have. */
async function lengthen(databaseUrl, conversation, length) {
  await query(
    databaseUrl,
    `WITH before AS (
       SELECT id, head_id, (SELECT count(*)::int FROM messages m WHERE m.conversation_id = c.id) AS had
       FROM conversations c WHERE client_id = $1
     ), grown AS (
       UPDATE conversations c SET message_count = $2, head_id = md5(c.id::text || $2::int)::uuid
       FROM before WHERE c.id = before.id
       RETURNING before.*
     )
     INSERT INTO messages (id, conversation_id, parent_id, position, role, content)
     SELECT md5(id::text || n)::uuid, id, CASE n WHEN had + 1 THEN head_id ELSE md5(id::text || (n - 1))::uuid END, n,
       CASE n % 2 WHEN 1 THEN 'user' ELSE 'assistant' END, $3
     FROM grown, generate_series(had + 1, $2) n`,
    [conversation, length, MESSAGE],
  );
}
