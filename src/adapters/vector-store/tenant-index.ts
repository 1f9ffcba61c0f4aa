import { TimeSlices } from '../../common/time/time-slices.js';
import type {
  ChangedDocument,
  StoredPoint,
} from '../../database/repositories/documents/vector-points.repository.js';
import { DocumentIndex } from './document-index.js';

/** What a tenant without documents takes. */
const TENANT_BYTES = 1_000;
/** Points indexed in one go, which takes some milliseconds; a longer document is one of several parts. */
const PART = 256;
/** Half as long as the database keeps removals. */
const MAX_AGE_MS = 12 * 3_600_000;

/** The documents of one tenant as the database has them, loaded when first requested and by what has changed since. */
export class TenantIndex {
  private readonly documents = new Map<string, readonly DocumentIndex[]>();
  private version = 0;
  private lookedAt = Date.now();
  private used = TENANT_BYTES;
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  /**
   * @param changes reads the documents that changed since a version, oldest change first
   * @param maxBytes it may take of the memory
   * @param onFull called with documents that do not fit
   */
  constructor(
    private readonly changes: (since: number) => AsyncIterable<ChangedDocument>,
    private readonly maxBytes: number,
    private readonly onFull: (document: ChangedDocument) => void,
  ) {}

  /** False once removals may have been purged that it has not read: then it must be reloaded. */
  get isCurrent(): boolean {
    return Date.now() - this.lookedAt < MAX_AGE_MS;
  }

  /** What it takes of the memory. */
  get bytes(): number {
    return this.used;
  }

  /** The documents there are now, or those of them that are requested; a long one comes in parts. */
  select(attachmentIds?: readonly string[]): DocumentIndex[] {
    if (!attachmentIds) return [...this.documents.values()].flat();
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
      await this.put(document);
      this.version = document.version;
    }
    this.lookedAt = now;
  }

  private async put(changed: ChangedDocument): Promise<void> {
    const { attachmentId, points } = changed;
    const parts = await indexInParts(points);
    this.used -= bytesOf(this.documents.get(attachmentId) ?? []);
    this.documents.delete(attachmentId);
    if (parts.length === 0) return;
    if (this.used + bytesOf(parts) > this.maxBytes) return this.onFull(changed);
    this.documents.set(attachmentId, parts);
    this.used += bytesOf(parts);
  }
}

async function indexInParts(points: readonly StoredPoint[]): Promise<DocumentIndex[]> {
  const slices = new TimeSlices();
  const parts: DocumentIndex[] = [];
  for (let from = 0; from < points.length; from += PART) {
    parts.push(new DocumentIndex(points.slice(from, from + PART)));
    await slices.pause();
  }
  return parts;
}

const bytesOf = (parts: readonly DocumentIndex[]) => parts.reduce((sum, { bytes }) => sum + bytes, 0);
