import type { ChangedDocument } from '../../database/repositories/vector-points.repository.js';
import { DocumentIndex } from './document-index.js';

/** What a tenant without documents takes. */
const TENANT_BYTES = 1_000;
/** Half as long as the database remembers removals. */
const MAX_AGE_MS = 12 * 3_600_000;

/** The documents of one tenant as the database has them, loaded when first asked for and by what has changed since. */
export class TenantIndex {
  private readonly documents = new Map<string, DocumentIndex>();
  private version = 0;
  private lookedAt = Date.now();
  private used = TENANT_BYTES;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  /**
   * @param changes reads the documents that changed since a version, oldest change first
   * @param maxBytes it may take of the memory
   * @param onFull told of documents that do not fit
   */
  constructor(
    private readonly changes: (since: number) => AsyncIterable<ChangedDocument>,
    private readonly maxBytes: number,
    private readonly onFull: (document: ChangedDocument) => void,
  ) {}

  /** False once removals may have been forgotten that it has not seen: then it must be loaded anew. */
  get isCurrent(): boolean {
    return Date.now() - this.lookedAt < MAX_AGE_MS;
  }

  /** What it takes of the memory. */
  get bytes(): number {
    return this.used;
  }

  /** The documents there are now, or those of them that are asked for. */
  select(attachmentIds?: readonly string[]): DocumentIndex[] {
    if (!attachmentIds) return [...this.documents.values()];
    return [...new Set(attachmentIds)].flatMap((id) => this.documents.get(id) ?? []);
  }

  /** Brings in everything that was committed before the call. Calls that wait for their turn share one look. */
  refresh(): Promise<void> {
    this.next ??= this.running.then(() => {
      this.next = undefined;
      const look = this.look();
      this.running = look.catch(() => {});
      return look;
    });
    return this.next;
  }

  private async look(): Promise<void> {
    const now = Date.now();
    for await (const document of this.changes(this.version)) {
      this.put(document);
      this.version = document.version;
    }
    this.lookedAt = now;
  }

  private put(changed: ChangedDocument): void {
    const { attachmentId, points } = changed;
    this.used -= this.documents.get(attachmentId)?.bytes ?? 0;
    this.documents.delete(attachmentId);
    if (points.length === 0) return;
    const document = new DocumentIndex(points);
    if (this.used + document.bytes > this.maxBytes) return this.onFull(changed);
    this.documents.set(attachmentId, document);
    this.used += document.bytes;
  }
}
