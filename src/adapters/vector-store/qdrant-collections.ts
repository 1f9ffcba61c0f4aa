import type { Embeddings } from '../embeddings/embeddings.js';
import type { QdrantApi } from './qdrant-api.js';
import { VectorStoreError } from './vector-store.js';

/** The vectors each point has, by name. */
export const DENSE = 'dense';
export const WORDS = 'words';

/**
 * The collection of a model: one for each embedding model and size of vectors, named `<alias>-<model>-<size>`. The alias
 * points to the one that questions are answered from. Only writing makes one. The size is what vectors turn out to have.
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

  /** The collection of this model, there or not; undefined when no vector has determined the size and none is there. */
  async current(): Promise<string | undefined> {
    const size = this.dimensions ?? (await this.storedSize());
    return size === undefined ? undefined : this.of(size);
  }

  /** The collections of this model: one, but for a model whose vectors have changed in size. */
  async own(): Promise<string[]> {
    return (await this.all()).filter((name) => this.sizeOf(name) !== undefined);
  }

  /** Every collection there is, those of other models too. */
  async all(): Promise<string[]> {
    const { collections } = await this.api.read((client) => client.getCollections());
    return collections.map(({ name }) => name).filter((name) => name.startsWith(`${this.alias}-`));
  }

  /** The collection of this model, made if it is not there. */
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
        // Another process may have been quicker.
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

  /** Points the alias to a collection, in one step. */
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

  /** Of the collection that the alias points to, if it is one of this model; else of any that there is. */
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
