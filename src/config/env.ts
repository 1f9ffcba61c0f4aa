import { z } from 'zod';
import { isCommonPassword } from './common-passwords.js';
import { isLongEnoughPassword, MIN_PASSWORD } from './password-length.js';
import { readDatabaseUrl, readServerUrl } from './server-url.js';
import { telemetrySettings } from './telemetry-settings.js';
import {
  areSignatureAlgorithms,
  integer,
  integerOrAuto,
  list,
  ocrLanguages,
  oneOf,
  optional,
  serverUrl,
  serverUrls,
  url,
  withDefault,
} from './setting-types.js';
import { toolSettings } from './tool-settings.js';

/** Every setting Parley reads. The descriptions become `.env.example`. */
export const envSchema = z.object({
  NODE_ENV: withDefault(oneOf('development', 'production', 'test'), 'development').describe(
    'production requires JWT_SECRET and ROOMS_AUTH, and allows no foreign origin',
  ),
  PORT: withDefault(integer(0, 65535), 8000).describe('port to listen on; 0 takes a free one'),
  HOST: optional(z.string()).describe('address to listen on; 127.0.0.1, in production 0.0.0.0'),
  WORKERS: withDefault(integerOrAuto(1, 64), 1).describe('API processes on PORT; auto: all cores but one'),
  DATA_DIR: withDefault(z.string(), './data').describe('embedded databases, uploads and generated secrets'),
  LOG_LEVEL: withDefault(oneOf('fatal', 'error', 'warn', 'info', 'debug', 'silent'), 'info').describe(
    'lines are JSON on standard output',
  ),
  ...telemetrySettings,
  DATABASE_URL: optional(serverUrl(readDatabaseUrl)).describe('PostgreSQL; embedded when empty'),
  DATABASE_POOL: withDefault(integer(1, 200), 10).describe('connections to PostgreSQL a process'),
  REDIS_URL: optional(serverUrl((text) => readServerUrl(text, 'redis', 'rediss'))).describe(
    'Redis or Valkey with noeviction; embedded when empty',
  ),
  REDIS_CLUSTER_NODES: optional(serverUrls((text) => readServerUrl(text, 'redis', 'rediss'))).describe(
    'comma-separated URLs of nodes of a Redis Cluster, for run logs and rooms; these are in REDIS_URL when empty',
  ),
  START_WAIT_SECONDS: withDefault(integer(0, 3_600), 60).describe(
    'seconds that a start waits for a PostgreSQL that is still starting',
  ),
  JWT_SECRET: optional(z.string().min(32, { error: 'must have at least 32 characters' })).describe(
    'signs access and refresh tokens; generated into DATA_DIR when empty, required in production',
  ),
  ADMIN_EMAIL: optional(z.email({ error: 'must be an e-mail address' })).describe(
    'creates the first admin at start',
  ),
  ADMIN_PASSWORD: optional(
    z
      .string()
      .refine(isLongEnoughPassword, { error: `must have at least ${MIN_PASSWORD} visible characters` })
      .refine((password) => !isCommonPassword(password), { error: 'is among the first that are guessed' }),
  ).describe('password of ADMIN_EMAIL'),
  ADMIN_GROUP: withDefault(z.string(), 'admins').describe('members may use /admin'),
  AUDIT_RETENTION_DAYS: withDefault(integer(30, 36_500), 365).describe(
    'days for audit events: log-ins, deletions, actions of admins',
  ),
  RETENTION_DAYS: optional(integer(1, 36_500)).describe(
    'days for conversations after their last message, except pinned ones; unlimited when empty',
  ),
  USAGE_RETENTION_DAYS: optional(integer(1, 36_500)).describe(
    'days for the usage of runs; unlimited when empty',
  ),
  WEBHOOK_RETENTION_DAYS: withDefault(integer(1, 36_500), 30).describe('days for events of webhooks'),
  SHARES: withDefault(oneOf('on', 'off'), 'off').describe(
    'public links to conversations, as they were when they were shared',
  ),
  REGISTER_CONFLICT_STATUS: withDefault(
    z.coerce.number().pipe(z.literal([400, 409], { error: 'must be 400 or 409' })),
    400,
  ).describe(
    'status when an e-mail address is taken: 400 for clients of FastAPI Users, 409 for those of the Movie Finder; ' +
      'their requests do not differ, so only one kind can be served',
  ),
  OIDC_ISSUER: optional(url('https', 'http')).describe(
    'an OpenID issuer whose tokens are accepted beside those of Parley; none when empty',
  ),
  OIDC_AUDIENCE: optional(z.string()).describe('the audience of its tokens; required with OIDC_ISSUER'),
  OIDC_ALGORITHMS: withDefault(list, 'RS256,ES256')
    .refine(areSignatureAlgorithms, {
      error: 'must be signature algorithms with public keys, such as RS256,ES256',
    })
    .describe('signatures that are accepted on them'),
  OIDC_CREATE_ACCOUNTS: withDefault(oneOf('on', 'off'), 'off').describe(
    'creates an account for each new subject of the issuer',
  ),
  OIDC_GROUPS_CLAIM: optional(z.string()).describe(
    'claim with the groups of the subject, which replace those of its account',
  ),
  OIDC_CLOCK_SKEW_SECONDS: withDefault(integer(0, 600), 60).describe('tolerated clock skew of the issuer'),
  PUBLIC_URL: optional(
    url('https', 'http').refine((value) => !/[?#]/.test(value), { error: 'must have no query' }),
  ).describe(
    'public base URL, with the path prefix that a proxy removes, such as https://example.com/ai: links begin with it',
  ),
  CORS_ORIGINS: optional(list).describe(
    'comma-separated origins; in development localhost is allowed when empty',
  ),
  WEBHOOK_PRIVATE_HOSTS: optional(list).describe(
    'comma-separated names and IP addresses to which webhooks may be sent although they are not public',
  ),
  ALLOWED_HOSTS: optional(list).describe(
    'development: comma-separated names under which Parley is reached, beside those of this machine and its network',
  ),
  API_DOCS: optional(oneOf('on', 'off')).describe('/docs and /openapi.json; off in production when empty'),
  TRUST_PROXY: withDefault(integer(0, 10), 0).describe(
    'number of reverse proxies before Parley; their X-Forwarded-For and X-Forwarded-Prefix are trusted',
  ),
  RATE_LIMITS: withDefault(oneOf('on', 'off'), 'on').describe(
    'limits on log-ins, registrations and mail by account and address, and those PER_ACCOUNT',
  ),
  MAX_RUNS_PER_ACCOUNT: withDefault(integer(1, 100_000), 32).describe(
    'concurrent runs of one account, on all replicas; more are refused with 429',
  ),
  MAX_STREAMS_PER_ACCOUNT: withDefault(integer(1, 100_000), 100).describe(
    'concurrent event streams of one account, on all replicas',
  ),
  MAX_SOCKETS_PER_ACCOUNT: withDefault(integer(1, 100_000), 100).describe(
    'concurrent WebSockets of one account, on all replicas; more are closed with 4429',
  ),
  MAX_FRAMES_PER_ACCOUNT: withDefault(integer(1, 100_000), 100).describe(
    'frames a second of one account over all its WebSockets; a socket that sends more is closed with 4429',
  ),
  MAX_MESSAGE_CHARS: withDefault(integer(1, 32_000), 2_000).describe(
    'longest message of a Movie Finder client',
  ),
  MAX_ACTIVE_RUNS: withDefault(integer(1, 100_000), 1_000).describe(
    'concurrent runs of a process; more are refused with 503',
  ),
  MAX_EVENT_LOOP_DELAY_MS: withDefault(integer(0, 60_000), 70).describe(
    'mean delay of the event loop above which a process with 200 runs or more refuses new ones; 0 for no limit, also of the time that new runs wait for PostgreSQL (3 s)',
  ),
  MAX_BODY_KB: withDefault(integer(64, 65_536), 1_024).describe('largest JSON body'),
  CHAT_SESSION_TTL_SECONDS: withDefault(integer(1, 31_536_000), 86_400).describe(
    'seconds that a room is kept after its last message',
  ),
  ROOMS_AUTH: optional(oneOf('none', 'required')).describe(
    'whether rooms need a token; none, in production required',
  ),
  OPENAI_API_KEY: optional(
    z
      .string()
      .regex(/^[\x21-\x7e]+$/, { error: 'must not contain blanks, line breaks or characters outside ASCII' }),
  ).describe('a real model: the key of any OpenAI-compatible server'),
  OPENAI_BASE_URL: optional(url('https', 'http')).describe(
    'its address, with /v1; api.openai.com when empty',
  ),
  OPENAI_MODEL: withDefault(z.string(), 'gpt-4o-mini').describe('the chat model'),
  OPENAI_EMBEDDING_MODEL: optional(z.string()).describe('the embedding model; local embeddings when empty'),
  OPENAI_API_KEY_HEADER: optional(
    z.string().regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'must be the name of a header, such as api-key' }),
  ).describe('header that carries the key; Authorization when empty, api-key for Azure'),
  OPENAI_API_VERSION: optional(
    z.string().regex(/^[\w.-]{1,40}$/, { error: 'must be a version such as 2024-10-21' }),
  ).describe('Azure: the api-version of requests'),
  OPENAI_SYSTEM_ROLE: optional(oneOf('system', 'developer', 'user')).describe(
    'role of instructions; detected from refusals of the model when empty',
  ),
  MODEL_CONTEXT_TOKENS: optional(integer(512, 10_000_000)).describe(
    'tokens the chat model reads; queried from the server when empty, 16384 where it reports none',
  ),
  MODEL_FIRST_BYTE_MS: withDefault(integer(100, 3_600_000), 60_000).describe(
    'wait for any data before the first token; loading a local model can take long',
  ),
  MODEL_NEXT_TOKEN_MS: withDefault(integer(100, 3_600_000), 60_000).describe(
    'wait for any data between two tokens',
  ),
  MODEL_THINKING_MS: withDefault(integer(100, 3_600_000), 300_000).describe(
    'wait for a token while the server sends only reasoning or comments',
  ),
  HTTP_PROXY: optional(url('http', 'https')).describe('proxy to servers with http addresses'),
  HTTPS_PROXY: optional(url('http', 'https')).describe(
    'proxy to servers with https addresses; HTTP_PROXY when empty',
  ),
  NO_PROXY: optional(z.string()).describe('comma-separated hosts that are reached without a proxy; * is all'),
  OPENAI_VISION_MODEL: optional(z.string()).describe(
    'vision model that answers messages with images and describes uploaded ones; without it only their text is recognised',
  ),
  MAX_UPLOAD_MB: withDefault(integer(1, 2_048), 25).describe('largest uploaded file'),
  USER_QUOTA_MB: withDefault(integer(1, 1_048_576), 1_024).describe('all files of one account together'),
  S3_BUCKET: optional(z.string()).describe('keeps uploaded files in S3; on disk in DATA_DIR when empty'),
  S3_ENDPOINT: optional(url('https', 'http')).describe('of a server that speaks S3; AWS when empty'),
  S3_REGION: withDefault(z.string(), 'us-east-1').describe('region of the bucket'),
  S3_ACCESS_KEY_ID: optional(z.string()).describe('required with S3_SECRET_ACCESS_KEY'),
  S3_SECRET_ACCESS_KEY: optional(z.string()).describe('required with S3_ACCESS_KEY_ID'),
  QDRANT_URL: optional(url('http', 'https')).describe(
    'vector store; rows in PostgreSQL and an index in the process when empty',
  ),
  QDRANT_API_KEY: optional(z.string()).describe('its API key, if it needs one'),
  QDRANT_COLLECTION: withDefault(
    z.string().regex(/^[\w-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, _ or -' }),
    'parley',
  ).describe('alias of the collection in use; there is one collection an embedding model behind it'),
  INGESTION_WORKER: withDefault(oneOf('inside', 'external'), 'inside').describe(
    'external: `npm run worker` indexes files, and needs DATABASE_URL and REDIS_URL',
  ),
  INGESTION_CONCURRENCY: withDefault(integer(1, 16), 2).describe('files that a worker indexes concurrently'),
  PARSER_MEMORY_MB: withDefault(integer(64, 4_096), 512).describe('memory limit for reading one file'),
  PARSER_SECONDS: withDefault(integer(1, 600), 60).describe(
    'CPU seconds for reading one file; wall time is limited to eight times that',
  ),
  OCR_LANGUAGES: withDefault(ocrLanguages, 'eng').describe(
    'languages of text in pictures and scanned pages, of eng, deu and fra, as in eng+deu; off recognises none',
  ),
  OCR_SECONDS: withDefault(integer(1, 36_000), 300).describe(
    'CPU seconds for text recognition of one file, a page takes one or two; later pages are skipped',
  ),
  TRAINING_MATERIALS_REPO_URL: optional(
    z.string().regex(/^(https?|ssh|file):\/\/[^\s]+$/, { error: 'must be an https, ssh or file URL' }),
  ).describe('git repository of documents for all users'),
  TRAINING_MATERIALS_REF: withDefault(z.string(), 'origin/main').describe('branch, tag or commit of it'),
  TRAINING_MATERIALS_MAX_MB: withDefault(integer(1, 16_384), 512).describe(
    'largest repository that is synced',
  ),
  AGENTS_DIR: withDefault(z.string(), './agents').describe('YAML files of agents without code'),
  ...toolSettings,
  SMTP_URL: optional(url('smtp', 'smtps')).describe(
    'mail server; when empty mail is written to the log, in production without its text',
  ),
  MAIL_FROM: withDefault(z.string(), 'Parley <parley@localhost>').describe('sender of mail'),
});

export type Env = z.output<typeof envSchema>;

/** Settings that cannot be used. The message is one sentence a line, and each names its setting. */
export class SettingError extends Error {}

/** What the settings demand of one another. @returns one sentence for each that is missing */
export function crossCheck(env: Env): string[] {
  const demands: [boolean, string][] = [
    [env.NODE_ENV === 'production' && !env.JWT_SECRET, 'JWT_SECRET is required in production'],
    [
      Boolean(env.S3_ACCESS_KEY_ID && !env.S3_SECRET_ACCESS_KEY),
      'S3_SECRET_ACCESS_KEY is required with S3_ACCESS_KEY_ID',
    ],
    [Boolean(env.OIDC_ISSUER && !env.OIDC_AUDIENCE), 'OIDC_AUDIENCE is required with OIDC_ISSUER'],
    [Boolean(env.OIDC_AUDIENCE && !env.OIDC_ISSUER), 'OIDC_ISSUER is required with OIDC_AUDIENCE'],
    [Boolean(env.ADMIN_EMAIL && !env.ADMIN_PASSWORD), 'ADMIN_PASSWORD is required with ADMIN_EMAIL'],
    [Boolean(env.ADMIN_PASSWORD && !env.ADMIN_EMAIL), 'ADMIN_EMAIL is required with ADMIN_PASSWORD'],
  ];
  return demands.filter(([isMissing]) => isMissing).map(([, sentence]) => sentence);
}
