import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { AdvisoryLocks } from '../../database/advisory-locks.js';
import { TrainingMaterialsRepository } from '../../database/repositories/documents/training-materials.repository.js';
import { fetchCommit } from './fetch-commit.js';
import { Git, GitError } from './git.js';
import { MaterialsStore, type IngestCounts } from './materials-store.js';
import { listDocuments, readFiles, type MaterialFile } from './materials.js';
import {
  fetchFailed,
  fileTooLarge,
  leaving,
  materialsTooLarge,
  notConfigured,
  syncRunning,
} from './sync-refusals.js';

/** Result of a sync. */
export interface SyncReport {
  git: {
    /** The branch, tag or commit that was requested. */
    target: string;
    /** Commit of the last completed sync; null before the first. */
    previousCommit: string | null;
    currentCommit: string;
  };
  ingest: IngestCounts;
}

/** Deadline of the fetch in ms. */
const FETCH_MS = 60_000;
/** Deadline for storing the fetched documents, in ms. */
const STORE_MS = 300_000;
const MAX_FILES = 10_000;

/**
 * Syncs the documents of a git repository to system attachments. Every sync fetches into an empty folder that is
 * deleted afterwards: an interrupted fetch leaves nothing that could affect the next.
 */
@Injectable()
export class TrainingMaterialsService implements OnModuleDestroy {
  private readonly leaving = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly state: TrainingMaterialsRepository,
    private readonly locks: AdvisoryLocks,
    private readonly store: MaterialsStore,
  ) {}

  /** Does not leave while a sync is running, and ends it early. */
  async onModuleDestroy(): Promise<void> {
    this.leaving.abort(leaving());
    await this.running.catch(() => undefined);
  }

  /**
   * Resolves when every new and changed document is stored and pending indexing.
   * @param target `origin/<branch>`, a branch, a tag or a commit; the configured one by default
   * @throws ParleyError `conflict` when it is not configured, another sync is running, the remote has no such ref
   * or is too large; code `fetch-failed` when the remote is unreachable
   */
  async sync(target?: string | null): Promise<SyncReport> {
    const { TRAINING_MATERIALS_REPO_URL: remote, TRAINING_MATERIALS_REF: usual } = this.config.env;
    if (!remote) throw notConfigured();
    const report = await this.locks.whileAlone('training-materials', () => {
      const work = this.syncFrom(remote, target ?? usual);
      this.running = work;
      return work;
    });
    if (!report) throw syncRunning();
    return report;
  }

  private async syncFrom(remote: string, target: string): Promise<SyncReport> {
    const folder = join(this.config.dataDir, 'training-materials');
    // The lock is held, so existing files are leftovers of a killed process.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    try {
      const dir = await mkdtemp(join(folder, 'repository-'));
      const git = new Git({ dir, remote, protocols: this.protocols });
      const { commit, documents } = await this.fetch(git, dir, target);
      const until = this.within(STORE_MS);
      const ingest = await this.store.replaceAll(documents, readFiles(git, documents, folder, until));
      const previousCommit = await this.state.lastCommit();
      // Recorded last: an interrupted sync does not count.
      await this.state.record(target, commit);
      return { git: { target, previousCommit, currentCommit: commit }, ingest };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async fetch(
    git: Git,
    dir: string,
    target: string,
  ): Promise<{ commit: string; documents: MaterialFile[] }> {
    const maxMegabytes = this.config.env.TRAINING_MATERIALS_MAX_MB;
    const until = this.within(FETCH_MS);
    try {
      const commit = await fetchCommit(git, { dir, target, maxMegabytes }, until);
      const documents = await listDocuments(git, commit, until);
      this.refuseTooMuch(documents);
      return { commit, documents };
    } catch (error) {
      if (error instanceof GitError || (error as Error).name === 'TimeoutError') throw fetchFailed(error);
      throw error;
    }
  }

  private refuseTooMuch(documents: readonly MaterialFile[]): void {
    const { MAX_UPLOAD_MB: maxFile, TRAINING_MATERIALS_MAX_MB: maxAll } = this.config.env;
    if (documents.length > MAX_FILES) throw materialsTooLarge(`${MAX_FILES} documents`);
    const large = documents.find(({ size }) => size > maxFile * 1024 * 1024);
    if (large) throw fileTooLarge(large.path, maxFile);
    const bytes = documents.reduce((sum, { size }) => sum + size, 0);
    if (bytes > maxAll * 1024 * 1024)
      throw materialsTooLarge(`${maxAll} MB, which is TRAINING_MATERIALS_MAX_MB`);
  }

  private within(ms: number): AbortSignal {
    return AbortSignal.any([this.leaving.signal, AbortSignal.timeout(ms)]);
  }

  /** Local repositories are allowed for testing only. */
  private get protocols(): string {
    return this.config.env.NODE_ENV === 'production' ? 'https:http:ssh' : 'https:http:ssh:file';
  }
}
