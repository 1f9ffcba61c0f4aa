import { SharedTask } from '../../common/concurrency/shared-task.js';
import { TimeSlices } from '../../common/time/time-slices.js';
import type {
  ChangedDocument,
  StoredPoint,
} from '../../database/repositories/documents/vector-points.repository.js';
import { DocumentIndex } from './document-index.js';

/** Estimated bytes of a tenant without documents. */
const TENANT_BYTES = 1_000;
/** Points indexed without a pause, in some milliseconds; a longer document is split into parts. */
const PART = 256;
/** Half of the retention of removals in the database. */
const MAX_AGE_MS = 12 * 3_600_000;

/** In-memory index of one tenant's documents, loaded at first use and updated incrementally. */
export class TenantIndex {
  private readonly documents = new Map<string, readonly DocumentIndex[]>();
  private version = 0;
  private lookedAt = Date.now();
  private used = TENANT_BYTES;
  private readonly update = new SharedTask(() => this.look());

  /**
   * @param changes reads the documents changed since a version, oldest change first
   * @param maxBytes memory limit
   * @param onFull called with documents that do not fit
   */
  constructor(
    private readonly changes: (since: number) => AsyncIterable<ChangedDocument>,
    private readonly maxBytes: number,
    private readonly onFull: (document: ChangedDocument) => void,
  ) {}

  /** False when it may have missed purged removals: it must then be reloaded. */
  get isCurrent(): boolean {
    return Date.now() - this.lookedAt < MAX_AGE_MS;
  }

  /** Estimated memory in bytes. */
  get bytes(): number {
    return this.used;
  }

  /** All documents, or the requested ones; a long document is in several parts. */
  select(attachmentIds?: readonly string[]): DocumentIndex[] {
    if (!attachmentIds) return [...this.documents.values()].flat();
    return [...new Set(attachmentIds)].flatMap((id) => this.documents.get(id) ?? []);
  }

  /** Applies everything committed before the call. */
  refresh(): Promise<void> {
    return this.update.run();
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
