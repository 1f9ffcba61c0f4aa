/**
 * How long a search of one's messages takes: `npm run bench:search -- [MESSAGES]`, by default among 1,000,000, of which
 * 10,000 are the searching account's. Over DATABASE_URL if it is set (an empty database), else over one started for this.
 * Words are as frequent as words are; the commonest is in most messages.
 */
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { Config } from '../src/config/config.js';
import { createDataSource, openDatabase } from '../src/database/data-source.js';
import { MessageIndexRepository } from '../src/database/repositories/search/message-index.repository.js';
import { MessageSearchRepository } from '../src/database/repositories/search/message-search.repository.js';
import { startEmbedded } from '../src/embedded/embedded-engines.js';
import { Gauges } from '../src/telemetry/gauges.js';
import { MessageIndexer } from '../src/sessions/search/message-indexer.js';
import { MessageSearchService } from '../src/sessions/search/message-search.service.js';

const OWNED = 10_000;
const IN_A_CONVERSATION = 50;
const WORDS = 60;
const VOCABULARY = 20_000;
const SEARCHES = 100;
const WARM_UP = 10;

/** A word by its rank among the commonest. */
const word = (rank: number) => `w${rank}`;
const KINDS: [string, (i: number) => string][] = [
  ['a word that most messages have', (i) => word(1 + (i % 3))],
  ['a word that one message in ten has', (i) => word(40 + (i % 20))],
  ['a rare word', (i) => word(5_000 + i)],
  ['two words', (i) => `${word(5 + (i % 5))} ${word(200 + i)}`],
  ['a phrase', (i) => `"${word(1 + (i % 3))} ${word(2 + (i % 7))}"`],
  ['a word but not another', (i) => `${word(300 + i)} -${word(2)}`],
];

/** $1 owner, $2 conversations, $3 messages in each, $4 words in each, $5 different words; Zipf's law. */
const FILL = `
  WITH talks AS (
    INSERT INTO conversations (id, owner_id, client_id, number, agent, message_count)
    SELECT gen_random_uuid(), $1::uuid, gen_random_uuid()::text, n, 'assistant', $3 FROM generate_series(1, $2::int) n
    RETURNING id
  ), written AS (
    INSERT INTO messages (id, conversation_id, position, role, content)
    SELECT gen_random_uuid(), talks.id, n, CASE n % 2 WHEN 1 THEN 'user' ELSE 'assistant' END, words.text
    FROM talks, generate_series(1, $3::int) n, LATERAL (
      SELECT string_agg('w' || floor(power($5::float, random()))::int, ' ') AS text
      FROM generate_series(1, $4::int) w WHERE talks.id IS NOT NULL AND n > 0
    ) words
    RETURNING id, conversation_id, created_at, content
  )
  INSERT INTO message_search (message_id, conversation_id, created_at, terms)
  SELECT id, conversation_id, created_at, to_tsvector('simple', content) || ('''@' || $1::uuid || '''')::tsvector FROM written`;

const messages = Number(process.argv[2] ?? 1_000_000);
const { env } = new Config();
const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
await chmod(dataDir, 0o755);
const engines = env.DATABASE_URL ? null : await startEmbedded({ dataDir, postgres: true, redis: false });
const url = env.DATABASE_URL ?? engines!.databaseUrl!;
try {
  const source = await openDatabase({ url });
  const owner = await fill(url, messages);
  await measure(source, owner);
  await source.destroy();
} finally {
  await engines?.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** @returns one of the accounts */
async function fill(database: string, size: number): Promise<string> {
  const source = await createDataSource({ url: database, pool: 1, deadline: 0 }).initialize();
  const owners = Array.from({ length: Math.max(1, Math.round(size / OWNED)) }, () => randomUUID());
  for (const [i, owner] of owners.entries()) {
    await source.query(
      `INSERT INTO users (id, email, email_key, password_hash) VALUES ($1, $2, $2, 'none')`,
      [owner, `${owner}@example.com`],
    );
    await source.query(FILL, [owner, OWNED / IN_A_CONVERSATION, IN_A_CONVERSATION, WORDS, VOCABULARY]);
    if (i % 10 === 9) console.log(`${(i + 1) * OWNED} messages written`);
  }
  await source.query(`INSERT INTO conversation_search SELECT id, last_message_at FROM conversations`);
  await source.query('VACUUM ANALYZE');
  await source.destroy();
  return owners[Math.floor(owners.length / 2)]!;
}

async function measure(source: DataSource, ownerId: string): Promise<void> {
  const logger = { warn: console.warn } as ConstructorParameters<typeof MessageIndexer>[1];
  const indexer = new MessageIndexer(new MessageIndexRepository(source), logger, new Gauges());
  const service = new MessageSearchService(indexer, new MessageSearchRepository(source));
  const all: number[] = [];
  for (const [kind, query] of KINDS) {
    const times: number[] = [];
    let found = 0;
    for (let i = 0; i < SEARCHES + WARM_UP; i++) {
      const since = performance.now();
      const { items } = await service.search({ ownerId, query: query(i), limit: 20 });
      if (i >= WARM_UP) times.push(performance.now() - since);
      found += items.length;
    }
    all.push(...times);
    const perSearch = (found / (SEARCHES + WARM_UP)).toFixed(1);
    console.log(
      `${kind}: p50 ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms; ${perSearch} on the first page`,
    );
  }
  console.log(`all: p50 ${at(all, 0.5)} ms, p95 ${at(all, 0.95)} ms (aim: ≤ 100)`);
}

function at(times: readonly number[], share: number): string {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]!.toFixed(1);
}
