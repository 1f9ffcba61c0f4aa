/**
 * Checks before a release: `npm run release:check`. The licences of what the image contains, a bill of materials that
 * names all of it (written to dist/sbom.json), the size of the image's files, the changelog, and the installation
 * that the test of upgrades will start from.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrations } from '../migrations/index.js';
import { BackupFile } from '../src/backup/backup-file.js';
import { API_VERSION } from '../src/common/openapi.js';
import { checkLicences, shippedPackages, type LockedPackage } from './support/licences.js';
import { missingIn, shippedSbom, wholeSbom } from './support/sbom.js';

/** Of the files that the image adds to Node's. */
const MAX_MB = 700;
/** What the Dockerfile copies, without node_modules. */
const COPIED = ['dist', 'catalogue', 'agents'];
const SBOM = 'dist/sbom.json';

const readJson = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;
const { version } = readJson<{ version: string }>('package.json');
const { packages } = readJson<{ packages: Record<string, LockedPackage> }>('package-lock.json');
const problems: string[] = [];

const licences = checkLicences(packages, (path) =>
  existsSync(join(path, 'package.json')) ? readJson(join(path, 'package.json')) : null,
);
problems.push(...licences.problems);
const byCount = [...licences.counts].sort(([, a], [, b]) => b - a);
console.log(`Licences: ${byCount.map(([licence, count]) => `${licence} ${count}`).join(', ')}`);

const sbom = shippedSbom(wholeSbom(), packages);
writeFileSync(SBOM, `${JSON.stringify(sbom, null, 2)}\n`);
for (const name of missingIn(sbom, packages)) problems.push(`the bill of materials lacks ${name}`);
console.log(`Bill of materials: ${sbom.components.length} packages in ${SBOM}`);

const shipped = shippedPackages(packages).map(([path]) => path);
const sizes = [
  ...COPIED.map((path): [string, number] => [path, sizeOf(path)]),
  ['node_modules', shipped.reduce((sum, path) => sum + sizeOf(path, ['node_modules']), 0)] as [
    string,
    number,
  ],
];
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
console.log(
  `Files of the image: ${sizes.map(([path, size]) => `${path} ${mb(size)}`).join(', ')}; ${mb(total)} MB in all`,
);
if (total > MAX_MB * 1e6) problems.push(`the image's files are ${mb(total)} MB, more than ${MAX_MB}`);

const section = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm');
if (!section.test(readFileSync('CHANGELOG.md', 'utf8')))
  problems.push(`CHANGELOG.md has no dated section of version ${version}`);

if (version !== API_VERSION) problems.push(`API_VERSION is ${API_VERSION}, and the version ${version}`);

const fixture = `test/releases/${version}.backup`;
const known = await migrationsOf(fixture);
if (!known || migrations.some(({ name }) => !known.includes(name)))
  problems.push(`${fixture} is missing or older than the last migration: run npm run release:fixture`);

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/** The migrations of an installation that is kept for the test of upgrades; null without it. */
async function migrationsOf(file: string): Promise<string[] | null> {
  if (!existsSync(file)) return null;
  const backup = await BackupFile.open(file);
  await backup.close();
  return backup.manifest.migrations;
}

/** Bytes of all files below a folder; 0 where there is none. @param leftOut names of folders */
function sizeOf(path: string, leftOut: readonly string[] = []): number {
  if (!existsSync(path)) return 0;
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path)
    .filter((name) => !leftOut.includes(name))
    .reduce((sum, name) => sum + sizeOf(join(path, name), leftOut), 0);
}

function mb(bytes: number): string {
  return Math.round(bytes / 1e6).toString();
}
