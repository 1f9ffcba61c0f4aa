import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { envExample } from '../src/config/env-example.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

/** The modules, from the surfaces inwards: a module imports from its own row and the rows below it, never from above. */
const LAYERS: string[][] = [
  ['(root)'],
  ['personal-data', 'backup', 'cluster'],
  ['chat', 'schedules', 'rooms', 'admin', 'health', 'console'],
  ['runs'],
  ['agents', 'uploads', 'evaluations'],
  ['sessions', 'catalogue', 'auth', 'idempotency', 'limits', 'budgets', 'webhooks'],
  ['ingestion'],
  ['adapters', 'database', 'embedded'],
  ['search', 'common', 'config', 'telemetry'],
];

/** Packages that only these modules may import. */
const GUARDED: Record<string, string[]> = {
  typeorm: ['database', 'health', 'backup'],
  '@langchain/': ['adapters'],
  '@qdrant/': ['adapters'],
  bullmq: ['ingestion', 'evaluations', 'schedules'],
  'cron-parser': ['schedules'],
  '@nestjs/bullmq': ['ingestion', 'evaluations', 'schedules'],
  langchain: ['adapters'],
};

/** Files that may import Express: those at the HTTP boundary. */
const EXPRESS =
  /(\.controller|\.filter|\.guard|\.strategy|\.setup|request-log|allowed-methods|log-in-form|surfaces\/[a-z-]+\/[a-z-]+)\.ts$/;

const MAX_LINES = 250;
/** Without specs: a folder of more holds two ideas. */
const MAX_FILES = 20;

interface Import {
  file: string;
  line: number;
  target: string;
}

const files = listFiles(src).filter((file) => !file.endsWith('.spec.ts') && !file.includes('/support/'));
const imports = files.flatMap(importsOf);

function listFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? listFiles(join(dir, entry.name))
      : entry.name.endsWith('.ts')
        ? [join(dir, entry.name)]
        : [],
  );
}

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : undefined;
    if (specifier && ts.isStringLiteral(specifier)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ file: relative(root, file), line: line + 1, target: specifier.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function moduleOf(file: string): string {
  const parts = relative(src, file).split('/');
  if (parts.length === 1) return '(root)';
  return parts[0]!;
}

const layerOf = (module: string) => LAYERS.findIndex((modules) => modules.includes(module));
const place = ({ file, line, target }: Import) => `${file}:${line} imports ${target}`;

describe('the structure of the source tree', () => {
  it('lists every module in the layer table', () => {
    const modules = new Set(files.map(moduleOf));
    expect([...modules].filter((module) => layerOf(module) < 0)).toEqual([]);
  });

  it('imports one way only', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const [from, to] = [moduleOf(join(root, file)), moduleOf(normalize(join(root, dirname(file), target)))];
      if (relative(src, resolve(root, dirname(file), target)).startsWith('..')) return false;
      // A module file wires the folders of its module.
      if (file.endsWith('.module.ts') && to.startsWith(`${from}/`)) return false;
      return layerOf(from) > layerOf(to);
    });
    expect(wrong.map(place)).toEqual([]);
  });

  it('has no import cycles, neither of files nor of folders of one row', () => {
    const graph = new Map<string, string[]>();
    const folders = new Map<string, string[]>();
    for (const { file, target } of imports) {
      if (!target.startsWith('.')) continue;
      const to = relative(root, resolve(root, dirname(file), target)).replace(/\.js$/, '.ts');
      graph.set(file, [...(graph.get(file) ?? []), to]);
      const [from, into] = [moduleOf(join(root, file)), moduleOf(join(root, to))];
      if (from !== into && layerOf(from) === layerOf(into))
        folders.set(from, [...(folders.get(from) ?? []), into]);
    }
    expect(findCycle(graph)).toEqual([]);
    expect(findCycle(folders)).toEqual([]);
  });

  it('has no folder of more than twenty files', () => {
    const sizes = new Map<string, number>();
    for (const file of files) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
    const large = [...sizes].filter(([, size]) => size > MAX_FILES);
    expect(large.map(([folder, size]) => `${relative(root, folder)} has ${size} files`)).toEqual([]);
  });

  it('imports guarded libraries only in their modules', () => {
    const wrong = imports.filter(({ file, target }) =>
      Object.entries(GUARDED).some(
        ([name, modules]) =>
          (target === name || target.startsWith(name)) && !modules.includes(moduleOf(join(root, file))),
      ),
    );
    expect(wrong.map(place)).toEqual([]);
  });

  it('imports Express only at the HTTP boundary', () => {
    expect(
      imports.filter(({ file, target }) => target === 'express' && !EXPRESS.test(file)).map(place),
    ).toEqual([]);
  });

  it('reads the environment in config alone', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(file, 'utf8')));
    const allowed = ['src/config/config.ts'];
    expect(readers.map((file) => relative(root, file)).filter((file) => !allowed.includes(file))).toEqual([]);
  });

  it('publishes by the function that names the channels of one installation', () => {
    const others = files.filter((file) => /redis\.s?publish\(/i.test(readFileSync(file, 'utf8')));
    expect(others.map((file) => relative(src, file))).toEqual(['adapters/redis/redis.ts']);
  });

  it('has no file longer than 250 lines and no index barrel', () => {
    const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > MAX_LINES);
    const barrels = files.filter((file) => file.endsWith('/index.ts'));
    expect([...long, ...barrels].map((file) => relative(root, file))).toEqual([]);
  });

  it('audits every route that deletes', () => {
    const routes = files.flatMap((file) => {
      const [head = '', ...handlers] = readFileSync(file, 'utf8').split(/^  @Delete\(/m);
      return /^@(AdminOnly|SuperuserOnly)\(\)/m.test(head)
        ? []
        : handlers.map((handler) => ({ file, marks: handler.split(/^  (async )?\w+\(/m)[0]! }));
    });
    const unaudited = routes.filter(({ marks }) => !/@(Audited|AdminOnly|SuperuserOnly)\(\)/.test(marks));
    expect(unaudited.map(({ file }) => relative(root, file))).toEqual([]);
    expect(routes.length).toBeGreaterThan(10);
  });

  it('uses no string or symbol tokens', () => {
    const wrong = files.filter((file) =>
      /@Inject\(\s*['"`]|provide:\s*(['"`]|Symbol)/.test(readFileSync(file, 'utf8')),
    );
    expect(wrong.map((file) => relative(root, file))).toEqual([]);
  });

  it('has an .env.example that lists every setting', () => {
    const file = join(root, '.env.example');
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe(envExample());
  });
});

/** @returns the files or folders of one cycle, or an empty list */
function findCycle(graph: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
