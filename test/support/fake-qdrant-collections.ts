import { z } from 'zod';

/** An answer other than 200. */
export class QdrantRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const sparse = z.strictObject({ indices: z.array(z.int()), values: z.array(z.number()) });
const point = z.strictObject({
  id: z.uuid(),
  payload: z.record(z.string(), z.string()),
  vector: z.strictObject({ dense: z.array(z.number()).optional(), words: sparse.optional() }),
});
const match = z.union([z.strictObject({ value: z.string() }), z.strictObject({ any: z.array(z.string()) })]);
const condition = z.union([
  z.strictObject({ key: z.string(), match }),
  z.strictObject({ has_id: z.array(z.uuid()) }),
]);
const filter = z.strictObject({
  must: z.array(condition).optional(),
  must_not: z.array(condition).optional(),
});
const bodies = {
  create: z.strictObject({
    vectors: z.strictObject({
      dense: z.strictObject({ size: z.int().positive(), distance: z.literal('Cosine') }),
    }),
    sparse_vectors: z.strictObject({ words: z.strictObject({ modifier: z.literal('idf') }) }),
  }),
  index: z.strictObject({
    field_name: z.string(),
    field_schema: z.strictObject({ type: z.literal('keyword'), is_tenant: z.boolean().optional() }),
  }),
  aliases: z.strictObject({
    actions: z.array(
      z.union([
        z.strictObject({
          create_alias: z.strictObject({ collection_name: z.string(), alias_name: z.string() }),
        }),
        z.strictObject({ delete_alias: z.strictObject({ alias_name: z.string() }) }),
      ]),
    ),
  }),
  upsert: z.strictObject({ points: z.array(point) }),
  delete: z.strictObject({ filter }),
  query: z.strictObject({
    query: z.union([z.array(z.number()), sparse]),
    using: z.enum(['dense', 'words']),
    filter,
    limit: z.int().positive(),
    with_payload: z.literal(false),
  }),
  count: z.strictObject({ filter: filter.optional(), exact: z.literal(true) }),
  facet: z.strictObject({ key: z.string(), limit: z.int().positive(), exact: z.literal(true) }),
};

type Point = z.infer<typeof point>;
type Sparse = z.infer<typeof sparse>;
type Filter = z.infer<typeof filter>;

interface Collection {
  size: number;
  /** Fields that may be filtered by, as a server in strict mode has it; true for the tenant's. */
  indexed: Map<string, boolean>;
  points: Map<string, Point>;
}

/** Collections, aliases and points of the fake Qdrant. */
export class FakeCollections {
  readonly byName = new Map<string, Collection>();
  readonly aliases = new Map<string, string>();

  /** @throws QdrantRefusal */
  handle(method: string, path: string, body: unknown): unknown {
    const [, root, name = '', ...rest] = path.split('/');
    const route = `${method} ${rest.join('/')}`;
    if (path === '/collections')
      return { collections: [...this.byName.keys()].map((key) => ({ name: key })) };
    if (path === '/aliases') return { aliases: this.listAliases() };
    if (root !== 'collections') throw new QdrantRefusal(404, `${path} is not known`);
    if (path === '/collections/aliases') return this.changeAliases(read(bodies.aliases, body));
    if (route === 'GET exists') return { exists: this.byName.has(name) };
    if (route === 'PUT ') return this.create(name, read(bodies.create, body));

    const collection = this.byName.get(this.aliases.get(name) ?? name);
    if (!collection) throw new QdrantRefusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
    switch (route) {
      case 'PUT index': {
        const { field_name, field_schema } = read(bodies.index, body);
        collection.indexed.set(field_name, field_schema.is_tenant ?? false);
        return done;
      }
      case 'PUT points':
        for (const item of read(bodies.upsert, body).points) put(collection, item);
        return done;
      case 'POST points/delete':
        for (const { id } of select(collection, read(bodies.delete, body).filter))
          collection.points.delete(id);
        return done;
      case 'POST points/query':
        return { points: query(collection, read(bodies.query, body)) };
      case 'POST points/count':
        return { count: select(collection, read(bodies.count, body).filter ?? {}).length };
      case 'POST facet':
        return { hits: facet(collection, read(bodies.facet, body).key) };
      default:
        throw new QdrantRefusal(404, `${method} ${path} is not known`);
    }
  }

  private create(name: string, { vectors }: z.infer<typeof bodies.create>): boolean {
    if (this.byName.has(name)) throw new QdrantRefusal(409, `Collection \`${name}\` already exists!`);
    this.byName.set(name, { size: vectors.dense.size, indexed: new Map(), points: new Map() });
    return true;
  }

  private listAliases() {
    return [...this.aliases].map(([alias_name, collection_name]) => ({ alias_name, collection_name }));
  }

  private changeAliases({ actions }: z.infer<typeof bodies.aliases>): boolean {
    for (const action of actions) {
      if ('delete_alias' in action) this.aliases.delete(action.delete_alias.alias_name);
      else this.aliases.set(action.create_alias.alias_name, action.create_alias.collection_name);
    }
    return true;
  }
}

const done = { operation_id: 0, status: 'completed' };

function read<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const { data, error } = schema.safeParse(body);
  if (error) throw new QdrantRefusal(400, `Format error in JSON body: ${z.prettifyError(error)}`);
  return data;
}

function put({ size, points }: Collection, item: Point): void {
  const { dense, words } = item.vector;
  if (dense && dense.length !== size)
    throw new QdrantRefusal(
      400,
      `Wrong input: Vector dimension error: expected dim: ${size}, got ${dense.length}`,
    );
  if (
    words &&
    (words.indices.length !== words.values.length || new Set(words.indices).size < words.indices.length)
  )
    throw new QdrantRefusal(422, 'Validation error in JSON body: indices must be unique');
  points.set(item.id, item);
}

function select({ indexed, points }: Collection, { must = [], must_not = [] }: Filter): Point[] {
  const holds =
    ({ id, payload }: Point) =>
    (one: z.infer<typeof condition>) => {
      if ('has_id' in one) return one.has_id.includes(id);
      if (!indexed.has(one.key))
        throw new QdrantRefusal(400, `Bad request: Index required but not found for ${one.key}`);
      const wanted = 'any' in one.match ? one.match.any : [one.match.value];
      return wanted.includes(payload[one.key] ?? '');
    };
  return [...points.values()].filter((item) => must.every(holds(item)) && !must_not.some(holds(item)));
}

function query(
  collection: Collection,
  { query: vector, using, filter: wanted, limit }: z.infer<typeof bodies.query>,
) {
  if (Array.isArray(vector) && vector.length !== collection.size)
    throw new QdrantRefusal(400, `Wrong input: Vector dimension error: expected dim: ${collection.size}`);
  if (Array.isArray(vector) !== (using === 'dense'))
    throw new QdrantRefusal(400, `Wrong input: Conversion between vectors is not possible: ${using}`);
  const score = Array.isArray(vector) ? cosineWith(vector) : wordsShared(collection, vector);
  return select(collection, wanted)
    .flatMap((item) => {
      const found = score(item.vector);
      return found === undefined ? [] : [{ id: item.id, version: 0, score: found }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
}

const cosineWith = (asked: number[]) => (vector: Point['vector']) => {
  const { dense } = vector;
  return dense && dot(asked, dense) / (Math.hypot(...asked) * Math.hypot(...dense) || 1);
};

const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The `idf` modifier: rarity is that of the whole collection. */
function wordsShared({ points }: Collection, asked: Sparse) {
  const all = [...points.values()].flatMap(({ vector }) => vector.words ?? []);
  const worth = asked.indices.map((word, i) => {
    const having = all.filter(({ indices }) => indices.includes(word)).length;
    return asked.values[i]! * Math.log(1 + (all.length - having + 0.5) / (having + 0.5));
  });
  return ({ words }: Point['vector']) => {
    const shared = asked.indices.map((word) => words?.indices.indexOf(word) ?? -1);
    if (!words || shared.every((at) => at < 0)) return undefined;
    return shared.reduce((sum, at, i) => (at < 0 ? sum : sum + worth[i]! * words.values[at]!), 0);
  };
}

function facet({ points, indexed }: Collection, key: string) {
  if (!indexed.has(key)) throw new QdrantRefusal(400, `Bad request: Index required but not found for ${key}`);
  const counts = new Map<string, number>();
  for (const { payload } of points.values()) counts.set(payload[key]!, (counts.get(payload[key]!) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count }));
}
