import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';

// What the fake Qdrant understands, held to the types of Qdrant's own client by the compiler: a request is one of the
// client's request types and has no other field, an answer is what the client's method for it resolves to.

/** The client's methods that there are routes for. */
export type Call =
  | 'getCollections'
  | 'getAliases'
  | 'updateCollectionAliases'
  | 'collectionExists'
  | 'createCollection'
  | 'deleteCollection'
  | 'createPayloadIndex'
  | 'upsert'
  | 'delete'
  | 'query'
  | 'count'
  | 'facet';

export type Answer<C extends Call> = Awaited<ReturnType<QdrantClient[C]>>;

type Keys<T> = T extends unknown ? keyof T : never;
type Options<C extends Call> = NonNullable<Parameters<QdrantClient[C]>[C extends `update${string}` ? 0 : 1]>;

/** The query parameters of each call; the client takes them together with the fields of the body. */
const parameters = {
  getCollections: [],
  getAliases: [],
  collectionExists: [],
  updateCollectionAliases: ['timeout'],
  createCollection: ['timeout'],
  deleteCollection: ['timeout'],
  createPayloadIndex: ['wait', 'ordering', 'timeout'],
  upsert: ['wait', 'ordering', 'timeout'],
  delete: ['wait', 'ordering', 'timeout'],
  query: ['consistency', 'timeout'],
  count: ['timeout'],
  facet: ['consistency', 'timeout'],
} as const satisfies { [C in Call]: readonly Keys<Options<C>>[] };

const routes: Record<string, Call> = {
  'GET /collections': 'getCollections',
  'GET /aliases': 'getAliases',
  'POST /collections/aliases': 'updateCollectionAliases',
  'GET /collections/*/exists': 'collectionExists',
  'PUT /collections/*': 'createCollection',
  'DELETE /collections/*': 'deleteCollection',
  'PUT /collections/*/index': 'createPayloadIndex',
  'PUT /collections/*/points': 'upsert',
  'POST /collections/*/points/delete': 'delete',
  'POST /collections/*/points/query': 'query',
  'POST /collections/*/points/count': 'count',
  'POST /collections/*/facet': 'facet',
};

/** An answer other than 200. */
export class QdrantRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws QdrantRefusal for a route or a query parameter that is not known */
export function readCall(method: string, { pathname, searchParams }: URL): { call: Call; name: string } {
  const known = routes[`${method} ${pathname}`];
  const [, , name = '', ...rest] = pathname.split('/');
  const call = known ?? routes[`${method} ${['/collections/*', ...rest].join('/')}`];
  if (!call) throw new QdrantRefusal(404, `${method} ${pathname} is not known`);
  const allowed: readonly string[] = parameters[call];
  const unknown = [...searchParams.keys()].find((key) => !allowed.includes(key));
  if (unknown) throw new QdrantRefusal(400, `${call}: ${unknown} is not a parameter`);
  return { call, name: decodeURIComponent(name) };
}

type OnlyFieldsOf<Api, S extends z.ZodType> =
  Exclude<Keys<z.output<S>>, Keys<NonNullable<Api>>> extends never ? S : never;

/** A schema whose values all are values of a type of the client's, with no other field. */
const as =
  <Api>() =>
  <S extends z.ZodType<Api>>(schema: OnlyFieldsOf<Api, S>): S =>
    schema;

const sparse = as<Schemas['SparseVector']>()(
  z.strictObject({ indices: z.array(z.uint32()), values: z.array(z.number()) }),
);
const point = as<Schemas['PointStruct']>()(
  z.strictObject({
    id: z.uuid(),
    payload: z.record(z.string(), z.string()),
    vector: as<{ [name: string]: Schemas['Vector'] | undefined }>()(
      z.strictObject({ dense: z.array(z.number()).optional(), words: sparse.optional() }),
    ),
  }),
);
const condition = as<Schemas['Condition']>()(
  z.union([
    as<Schemas['FieldCondition']>()(
      z.strictObject({
        key: z.string(),
        match: as<Schemas['Match']>()(
          z.union([z.strictObject({ value: z.string() }), z.strictObject({ any: z.array(z.string()) })]),
        ),
      }),
    ),
    as<Schemas['HasIdCondition']>()(z.strictObject({ has_id: z.array(z.uuid()) })),
  ]),
);
const filter = as<Schemas['Filter']>()(
  z.strictObject({ must: z.array(condition).optional(), must_not: z.array(condition).optional() }),
);

export const bodies = {
  create: as<Schemas['CreateCollection']>()(
    z.strictObject({
      vectors: z.strictObject({
        dense: as<Schemas['VectorParams']>()(
          z.strictObject({ size: z.int().positive(), distance: z.literal('Cosine') }),
        ),
      }),
      sparse_vectors: z.strictObject({
        words: as<Schemas['SparseVectorParams']>()(z.strictObject({ modifier: z.literal('idf') })),
      }),
    }),
  ),
  index: as<Schemas['CreateFieldIndex']>()(
    z.strictObject({
      field_name: z.string(),
      field_schema: as<Schemas['PayloadSchemaParams']>()(
        z.strictObject({ type: z.literal('keyword'), is_tenant: z.boolean().optional() }),
      ),
    }),
  ),
  aliases: as<Schemas['ChangeAliasesOperation']>()(
    z.strictObject({
      actions: z.array(
        as<Schemas['AliasOperations']>()(
          z.union([
            z.strictObject({
              create_alias: as<Schemas['CreateAlias']>()(
                z.strictObject({ collection_name: z.string(), alias_name: z.string() }),
              ),
            }),
            z.strictObject({
              delete_alias: as<Schemas['DeleteAlias']>()(z.strictObject({ alias_name: z.string() })),
            }),
          ]),
        ),
      ),
    }),
  ),
  upsert: as<Schemas['PointsList']>()(z.strictObject({ points: z.array(point) })),
  delete: as<Schemas['FilterSelector']>()(z.strictObject({ filter })),
  query: as<Schemas['QueryRequest']>()(
    z.strictObject({
      query: as<Schemas['VectorInput']>()(z.union([z.array(z.number()), sparse])),
      using: z.enum(['dense', 'words']),
      filter,
      limit: z.int().positive(),
      with_payload: z.literal(false),
    }),
  ),
  count: as<Schemas['CountRequest']>()(z.strictObject({ filter: filter.optional(), exact: z.literal(true) })),
  facet: as<Schemas['FacetRequest']>()(
    z.strictObject({ key: z.string(), limit: z.int().positive(), exact: z.literal(true) }),
  ),
};

export type Point = z.infer<typeof point>;
export type Sparse = z.infer<typeof sparse>;
export type Filter = z.infer<typeof filter>;
export type Condition = z.infer<typeof condition>;
export type Body<B extends keyof typeof bodies> = z.output<(typeof bodies)[B]>;

/** @throws QdrantRefusal */
export function readBody<B extends keyof typeof bodies>(kind: B, body: unknown): Body<B> {
  const { data, error } = bodies[kind].safeParse(body);
  if (error) throw new QdrantRefusal(400, `Format error in JSON body: ${z.prettifyError(error)}`);
  return data as Body<B>;
}
