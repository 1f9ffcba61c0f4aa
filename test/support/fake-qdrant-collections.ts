import {
  QdrantRefusal,
  readBody,
  readCall,
  type Answer,
  type Body,
  type Call,
  type Condition,
  type Filter,
  type Point,
  type Sparse,
} from './fake-qdrant-api.js';

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

  /** What each call answers, in the types of Qdrant's own client; `name` is the collection's or its alias. */
  private readonly handlers: { [C in Call]: (name: string, body: unknown) => Answer<C> } = {
    getCollections: () => ({ collections: [...this.byName.keys()].map((name) => ({ name })) }),
    getAliases: () => ({ aliases: this.listAliases() }),
    updateCollectionAliases: (_, body) => this.changeAliases(readBody('aliases', body)),
    collectionExists: (name) => ({ exists: this.byName.has(name) }),
    createCollection: (name, body) => this.create(name, readBody('create', body)),
    deleteCollection: (name) => {
      for (const [alias, target] of this.aliases) if (target === name) this.aliases.delete(alias);
      return this.byName.delete(name);
    },
    createPayloadIndex: (name, body) => {
      const { field_name, field_schema } = readBody('index', body);
      this.find(name).indexed.set(field_name, field_schema.is_tenant ?? false);
      return done;
    },
    upsert: (name, body) => {
      const collection = this.find(name);
      for (const item of readBody('upsert', body).points) put(collection, item);
      return done;
    },
    delete: (name, body) => {
      const collection = this.find(name);
      for (const { id } of select(collection, readBody('delete', body).filter)) collection.points.delete(id);
      return done;
    },
    query: (name, body) => ({ points: query(this.find(name), readBody('query', body)) }),
    count: (name, body) => ({ count: select(this.find(name), readBody('count', body).filter ?? {}).length }),
    facet: (name, body) => ({ hits: facet(this.find(name), readBody('facet', body).key) }),
  };

  /** @throws QdrantRefusal */
  handle(method: string, url: URL, body: unknown): Answer<Call> {
    const { call, name } = readCall(method, url);
    return this.handlers[call](name, body);
  }

  private find(name: string): Collection {
    const collection = this.byName.get(this.aliases.get(name) ?? name);
    if (!collection) throw new QdrantRefusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
    return collection;
  }

  private create(name: string, { vectors }: Body<'create'>): boolean {
    if (this.byName.has(name)) throw new QdrantRefusal(409, `Collection \`${name}\` already exists!`);
    this.byName.set(name, { size: vectors.dense.size, indexed: new Map(), points: new Map() });
    return true;
  }

  private listAliases() {
    return [...this.aliases].map(([alias_name, collection_name]) => ({ alias_name, collection_name }));
  }

  private changeAliases({ actions }: Body<'aliases'>): boolean {
    for (const action of actions) {
      if ('delete_alias' in action) this.aliases.delete(action.delete_alias.alias_name);
      else this.aliases.set(action.create_alias.alias_name, action.create_alias.collection_name);
    }
    return true;
  }
}

const done = { operation_id: 0, status: 'completed' } as const;

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
    (one: Condition) => {
      if ('has_id' in one) return one.has_id.includes(id);
      if (!indexed.has(one.key))
        throw new QdrantRefusal(400, `Bad request: Index required but not found for ${one.key}`);
      const wanted = 'any' in one.match ? one.match.any : [one.match.value];
      return wanted.includes(payload[one.key] ?? '');
    };
  return [...points.values()].filter((item) => must.every(holds(item)) && !must_not.some(holds(item)));
}

function query(collection: Collection, { query: vector, using, filter: wanted, limit }: Body<'query'>) {
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
