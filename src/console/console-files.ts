import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileAbove } from '../common/built-file.js';

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.csv': 'text/csv; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};
/** Encodings of the copies that the build makes, best first. */
const COPIES = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** A file of the console, as it is sent. */
export interface ConsoleFile {
  path: string;
  type: string;
  encoding?: 'br' | 'gzip';
}

/** What the page shows of this installation before log-in. */
export interface PageFacts {
  model: 'offline' | 'configured';
  rooms: 'open' | 'token';
  admin: 'present' | 'missing';
}

/** The built console: `dist/web`, which a build writes beside the compiled sources. */
export class ConsoleFiles {
  private constructor(
    private readonly directory: string,
    private readonly names: ReadonlySet<string>,
    private readonly page: string,
  ) {}

  /** @returns null when it has not been built */
  static find(): ConsoleFiles | null {
    const page = fileAbove('dist/web/index.html', import.meta.url);
    if (!page) return null;
    const directory = dirname(page);
    const names = new Set(readdirSync(join(directory, 'assets')));
    return new ConsoleFiles(directory, names, readFileSync(page, 'utf8'));
  }

  /**
   * @param root what leads from the page's address to `/`: `./` or `../`, so that it works below a proxy's prefix
   */
  pageAt(root: string, facts: PageFacts): string {
    return this.page
      .replaceAll('%ROOT%', root)
      .replace('%MODEL%', facts.model)
      .replace('%ROOMS%', facts.rooms)
      .replace('%ADMIN%', facts.admin);
  }

  /**
   * @param name of a file in `assets`
   * @param accepts whether the client accepts an encoding
   * @returns undefined for a name that is not there
   */
  file(name: string, accepts: (encoding: string) => boolean): ConsoleFile | undefined {
    const type = TYPES[extname(name)];
    if (!type || !this.names.has(name)) return undefined;
    const path = join(this.directory, 'assets', name);
    const copy = COPIES.find(([encoding, ending]) => this.names.has(name + ending) && accepts(encoding));
    return copy ? { path: path + copy[1], type, encoding: copy[0] } : { path, type };
  }
}

/** Addresses of views that the console has besides `/`; none of them is a path of the API. */
const VIEWS = /^\/(?:talk|files|rooms|requests|operate)(?:\/[^/]+)?$/;

/** @returns what leads from the address of a view to `/`; undefined for a path that is none of the console's */
export function rootOf(path: string): string | undefined {
  if (path === '/') return './';
  if (!VIEWS.test(path)) return undefined;
  return path.split('/').length === 2 ? './' : '../';
}
