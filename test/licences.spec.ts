import { readFileSync } from 'node:fs';
import { checkLicences, type InstalledPackage, type LockedPackage } from '../scripts/support/licences.js';
import { missingIn, shippedSbom, wholeSbom } from '../scripts/support/sbom.js';

describe('licences', () => {
  const problemsOf = (license?: string, installed: InstalledPackage | null = {}) =>
    checkLicences({ '': {}, 'node_modules/@a/b': { version: '1.0.0', license } }, () => installed).problems;

  it.each(['MIT', '(MIT OR GPL-3.0-or-later)', 'Apache-2.0 AND MIT', '(MIT AND Zlib)'])(
    'allow %s',
    (license) => expect(problemsOf(license)).toEqual([]),
  );

  it.each(['GPL-3.0-only', 'MIT AND GPL-2.0', 'SEE LICENSE IN LICENSE', 'Elastic-2.0'])(
    'refuse %s',
    (license) => expect(problemsOf(license)).toEqual([`@a/b has the licence ${license}`]),
  );

  it('are read from the manifest where the lock has none, and must be named somewhere', () => {
    expect(problemsOf(undefined, { licenses: [{ type: 'MIT' }] })).toEqual([]);
    expect(problemsOf(undefined, { license: { type: 'GPL-3.0' } })).toEqual(['@a/b has the licence GPL-3.0']);
    expect(problemsOf()).toEqual(['@a/b names no licence']);
  });

  it('are not required of packages for developers or other platforms', () => {
    const packages = {
      'node_modules/dev': { dev: true, license: 'GPL-3.0' },
      'node_modules/darwin': { optional: true },
    };
    expect(checkLicences(packages, () => null).problems).toEqual([]);
  });
});

describe('the bill of materials', () => {
  it('names every package of the image and none that only developers have', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, LockedPackage>;
    };
    const whole = wholeSbom();
    const sbom = shippedSbom(whole, packages);
    expect(missingIn(sbom, packages)).toEqual([]);
    const names = sbom.components.map(({ group, name }) => (group ? `${group}/${name}` : name));
    expect(names).toContain('zod');
    expect(names).not.toContain('jest');
    const refs = new Set(sbom.components.map((component) => component['bom-ref']));
    for (const { dependsOn = [] } of sbom.dependencies)
      expect(dependsOn.filter((ref) => !refs.has(ref))).toEqual([]);
  }, 60_000);
});
