import type { Embeddings } from '../embeddings/embeddings.js';
import type { QdrantApi } from './qdrant-api.js';
import { VectorStoreError } from './vector-store.js';

/** Names of a point's vectors. */
export const DENSE = 'dense';
export const WORDS = 'words';

/**
 * Collections by embedding model and vector dimensions, named `<alias>-<model>-<size>`. The alias points to the
 * collection used for answers. Collections are created by writes only; the dimensions are those of the first
 * vectors.
 */
export class QdrantCollections {
  private readonly prefix: string;
  private dimensions: number | undefined;
  private readonly ready = new Map<string, Promise<void>>();

  constructor(
    private readonly api: QdrantApi,
    readonly alias: string,
    private readonly embeddings: Pick<Embeddings, 'model' | 'embed'>,
  ) {
    const model = embeddings.model.toLowerCase().replace(/[^a-z0-9.]+/g, '-');
    this.prefix = `${alias}-${model.slice(0, 100)}-`;
  }

  /** The collection for vectors of a size, there or not. */
  of(dimensions: number): string {
    this.dimensions = dimensions;
    return this.prefix + dimensions;
  }

  /** Name of this model's collection, existing or not; undefined while its dimensions are unknown. */
  async current(): Promise<string | undefined> {
    const size = this.dimensions ?? (await this.storedSize());
    return size === undefined ? undefined : this.of(size);
  }

  /** Collections of this model: one, or several after its dimensions changed. */
  async own(): Promise<string[]> {
    return (await this.all()).filter((name) => this.sizeOf(name) !== undefined);
  }

  /** All existing collections, including those of other models. */
  async all(): Promise<string[]> {
    const { collections } = await this.api.read((client) => client.getCollections());
    return collections.map(({ name }) => name).filter((name) => name.startsWith(`${this.alias}-`));
  }

  /** Creates this model's collection if it does not exist. */
  async ensure(dimensions?: number): Promise<string> {
    const size = dimensions ?? this.dimensions ?? (await this.storedSize()) ?? (await this.measure());
    const name = this.of(size);
    let made = this.ready.get(name);
    if (!made) {
      made = this.make(name, size);
      this.ready.set(name, made);
      made.catch(() => this.ready.delete(name));
    }
    await made;
    return name;
  }

  /** Clears the cache. */
  forget(): void {
    this.dimensions = undefined;
    this.ready.clear();
  }

  private async make(name: string, size: number): Promise<void> {
    if (!(await this.exists(name))) {
      const making = this.api.write((client) =>
        client.createCollection(name, {
          vectors: { [DENSE]: { size, distance: 'Cosine' } },
          sparse_vectors: { [WORDS]: { modifier: 'idf' } },
        }),
      );
      await making.catch(async (error: unknown) => {
        // Another process may have created it.
        if (!(await this.exists(name))) throw error;
      });
    }
    // Created again if they exist, in case the process that created the collection did not get this far.
    const index = (field_name: string, field_schema: { type: 'keyword'; is_tenant?: boolean }) =>
      this.api.write((client) => client.createPayloadIndex(name, { field_name, field_schema, wait: true }));
    await index('tenant', { type: 'keyword', is_tenant: true });
    await index('attachment_id', { type: 'keyword' });
    if (!(await this.target())) await this.point(name);
  }

  private async exists(name: string): Promise<boolean> {
    return (await this.api.read((client) => client.collectionExists(name))).exists;
  }

  /** Points the alias to a collection, atomically. */
  async point(collection_name: string): Promise<void> {
    const target = await this.target();
    if (target === collection_name) return;
    const alias_name = this.alias;
    const remove = target ? [{ delete_alias: { alias_name } }] : [];
    await this.api.write((client) =>
      client.updateCollectionAliases({
        actions: [...remove, { create_alias: { collection_name, alias_name } }],
      }),
    );
  }

  /** Dimensions of the alias's collection if it is one of this model; otherwise of any existing one. */
  private async storedSize(): Promise<number | undefined> {
    const target = await this.target();
    const named = target === undefined ? undefined : this.sizeOf(target);
    return named ?? this.sizeOf((await this.own())[0] ?? '');
  }

  private sizeOf(name: string): number | undefined {
    const size = name.startsWith(this.prefix) ? Number(name.slice(this.prefix.length)) : 0;
    return Number.isInteger(size) && size > 0 ? size : undefined;
  }

  private async target(): Promise<string | undefined> {
    const { aliases } = await this.api.read((client) => client.getAliases());
    return aliases.find(({ alias_name }) => alias_name === this.alias)?.collection_name;
  }

  private async measure(): Promise<number> {
    try {
      const [vector] = await this.embeddings.embed(['How many dimensions?']);
      return vector!.length;
    } catch (error) {
      throw new VectorStoreError('The size of vectors is not known while there are no embeddings.', {
        cause: error,
      });
    }
  }
}
