import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const IDENTITY = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'A Teacher'],
    [`GIT_${role}_EMAIL`, 'teacher@example.com'],
  ]),
);

/** A real git repository, on the branch `main`. */
export class GitRepository {
  private constructor(readonly folder: string) {}

  static async create(): Promise<GitRepository> {
    const repository = new GitRepository(await mkdtemp(join(tmpdir(), 'parley-origin-')));
    await repository.startAfresh();
    return repository;
  }

  /** Makes an empty repository of it. */
  async startAfresh(): Promise<void> {
    await this.delete();
    await mkdir(this.folder);
    this.git('init', '--quiet', '--initial-branch=main');
  }

  get url(): string {
    return pathToFileURL(this.folder).href;
  }

  /** Runs git there. @returns what it printed */
  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        ...IDENTITY,
      },
    }).trim();
  }

  async write(path: string, content: string | Buffer): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  /** Commits files as given and deletes those that are null. @returns the commit */
  async commit(files: Record<string, string | Buffer | null>): Promise<string> {
    for (const [path, content] of Object.entries(files))
      if (content === null) await rm(join(this.folder, path));
      else await this.write(path, content);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message=As it is now');
    return this.git('rev-parse', 'HEAD');
  }

  delete(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
