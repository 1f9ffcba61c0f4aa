import { execFileSync } from 'node:child_process';
import { nameOf, shippedPackages, type LockedPackage } from './licences.js';

interface Component {
  'bom-ref': string;
  name: string;
  group?: string;
  version: string;
}

/** A CycloneDX document, as far as it is touched here. */
export interface Sbom {
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

const fullName = ({ group, name, version }: Component) => `${group ? `${group}/` : ''}${name}@${version}`;

/** Of everything in the lock, tools of developers included. */
export const wholeSbom = (): Sbom =>
  JSON.parse(
    execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    }),
  ) as Sbom;

/** What the image contains. npm's own `--omit dev` leaves out packages that tools of developers need as well. */
export function shippedSbom(whole: Sbom, packages: Record<string, LockedPackage>): Sbom {
  const shipped = new Set(
    shippedPackages(packages).map(([path, { version }]) => `${nameOf(path)}@${version}`),
  );
  const components = whole.components.filter((component) => shipped.has(fullName(component)));
  const refs = new Set(components.map((component) => component['bom-ref']));
  const dependencies = whole.dependencies
    // The first is Parley itself.
    .filter(({ ref }, i) => i === 0 || refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) }));
  return { ...whole, components, dependencies };
}

/** The packages of the lock that a document does not name. */
export function missingIn(sbom: Sbom, packages: Record<string, LockedPackage>): string[] {
  const listed = new Set(sbom.components.map(fullName));
  const names = shippedPackages(packages).map(([path, { version }]) => `${nameOf(path)}@${version}`);
  return [...new Set(names)].filter((name) => !listed.has(name));
}
