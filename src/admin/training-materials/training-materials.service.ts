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

/** What a sync found and did. */
export interface SyncReport {
  git: {
    /** The branch, tag or commit that was requested. */
    target: string;
    /** Of the last sync that came to its end; null before the first. */
    previousCommit: string | null;
    currentCommit: string;
  };
  ingest: IngestCounts;
}

/** Longest wait for the remote, all of the fetch included. */
const FETCH_MS = 60_000;
/** Longest time for storing what was fetched. */
const STORE_MS = 300_000;
const MAX_FILES = 10_000;

/**
 * Keeps the documents of a git repository as system attachments. Every sync fetches into an empty folder and deletes
 * it after that: a fetch that was killed leaves nothing that could stand in the way of the next.
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
   * Answers when every new and changed document is stored and waits to be indexed.
   * @param target `origin/<branch>`, a branch, a tag or a commit; that of the settings when left out
   * @throws ParleyError `conflict` when nothing is configured, another sync is running, the remote has no such ref
   *   or too much in it; code `fetch-failed` when the remote is unreachable
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
    // Nobody else is syncing, so what is there was left by a process that was killed.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    try {
      const dir = await mkdtemp(join(folder, 'repository-'));
      const git = new Git({ dir, remote, protocols: this.protocols });
      const { commit, documents } = await this.fetch(git, dir, target);
      const until = this.within(STORE_MS);
      const ingest = await this.store.replaceAll(documents, readFiles(git, documents, folder, until));
      const previousCommit = await this.state.lastCommit();
      // Last of all: a sync that did not come so far did not happen.
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

  /** Local repositories are for trying things out. */
  private get protocols(): string {
    return this.config.env.NODE_ENV === 'production' ? 'https:http:ssh' : 'https:http:ssh:file';
  }
}
