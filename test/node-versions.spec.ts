import { readFileSync } from 'node:fs';
import { minVersion, subset, validRange } from 'semver';

interface Lock {
  packages: Record<string, { engines?: { node?: string } }>;
}

const read = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;

/** npm prints a warning for each package that does not name the Node version in use among its engines. */
describe('the Node versions of package.json', () => {
  const { node } = read<{ engines: { node: string } }>('package.json').engines;

  it('are versions that every locked package supports', () => {
    const { packages } = read<Lock>('package-lock.json');
    const narrower = Object.entries(packages)
      .filter(([, { engines }]) => validRange(engines?.node) && !subset(node, engines!.node!))
      .map(([path, { engines }]) => `${path} needs ${engines!.node}`);
    expect(narrower).toEqual([]);
  });

  it('begin with the one that the README names', () => {
    const named = /Node (\d+\.\d+)/.exec(readFileSync('README.md', 'utf8'))?.[1];
    expect(minVersion(node)?.version).toBe(`${named}.0`);
  });
});
