/** What a turn costs in a new conversation, in one that fills the history an agent is shown, and in a very long one. */
import { randomUUID } from 'node:crypto';
import { query } from '../rig/engines.mjs';
import { count, median, millis, ratio, sum } from '../rig/numbers.mjs';
import { register } from '../servers/parley.mjs';

const ORDER = { tokens: 10, paceMs: 0 };
const LENGTHS = [0, 40, 10_000];
/** Turns in a row in the same conversation; then the next one has its turn. */
const IN_A_ROW = 20;
const MESSAGE = 'What was said long ago is shown to nobody, and should cost nobody anything. '.repeat(3);

/** @returns rows of the table */
export async function measureLongConversation({ plan, load, say, servers, engines }) {
  say(`turns in a conversation of ${count(LENGTHS.at(-1))} messages`);
  const { url, child } = servers.parley;
  const [token] = await register(servers.parley, 1);
  const take = (turns, conversation) =>
    load({
      job: 'measureTurns',
      target: 'parley',
      url,
      pid: child.pid,
      token,
      turns,
      conversation,
      ...ORDER,
    });

  const kinds = [];
  for (const length of LENGTHS) {
    const conversation = length > 0 ? randomUUID() : undefined;
    await take(1, conversation);
    if (conversation) await lengthen(engines.databaseUrl, conversation, length);
    kinds.push({ length, conversation, ends: [], cpu: [] });
  }
  for (let round = 0; round < plan.turns / IN_A_ROW; round++)
    for (const kind of kinds) {
      const { ends, cpu } = await take(IN_A_ROW, kind.conversation);
      kind.ends.push(...ends);
      kind.cpu.push(cpu);
    }

  const [empty, , long] = kinds;
  const against = median(long.ends) / median(empty.ends);
  const cpuOfTurn = ({ cpu, ends }) => millis((sum(cpu) * 1_000) / ends.length);
  return [
    {
      figure: `a turn among ${LENGTHS.map(count).join(', ')} messages (p50)`,
      parley: kinds.map(({ ends }) => millis(median(ends))).join(', '),
      against: ratio(against),
      aim: 'flat: ≤ 1.50 ×',
      isMet: against <= 1.5,
    },
    { figure: 'CPU of such a turn', parley: kinds.map(cpuOfTurn).join(', ') },
  ];
}

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
