/** A package of package-lock.json. */
export interface LockedPackage {
  version?: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
}

/** What is known of an installed package. */
export interface InstalledPackage {
  license?: string | { type?: string };
  licenses?: { type?: string }[];
}

/** Licences under which a package may be passed on in the image, with their text and nothing more. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
];
/** Packages whose manifest names none: what their readme or licence file says. */
const KNOWN: Record<string, string> = { format: 'MIT', pause: 'MIT' };

/** Those that the image has, by their path in the lock. */
export const shippedPackages = (packages: Record<string, LockedPackage>): [path: string, LockedPackage][] =>
  Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13);

/**
 * @param readInstalled the manifest of a package that is installed here; null for one of another platform
 * @returns a sentence for each package whose licence is missing or not allowed, and how many have which
 */
export function checkLicences(
  packages: Record<string, LockedPackage>,
  readInstalled: (path: string) => InstalledPackage | null,
): { problems: string[]; counts: Map<string, number> } {
  const problems: string[] = [];
  const counts = new Map<string, number>();
  for (const [path, locked] of shippedPackages(packages)) {
    const installed = readInstalled(path);
    // The lock has no licences of packages for other platforms, which are not in the image.
    if (!installed && !locked.license && locked.optional) continue;
    const licence = locked.license ?? licenceOf(installed) ?? KNOWN[nameOf(path)];
    if (!licence) problems.push(`${nameOf(path)} names no licence`);
    else if (!isAllowed(licence)) problems.push(`${nameOf(path)} has the licence ${licence}`);
    if (licence) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  }
  return { problems, counts };
}

function licenceOf(installed: InstalledPackage | null): string | undefined {
  const { license, licenses } = installed ?? {};
  if (typeof license === 'string') return license;
  return license?.type ?? licenses?.map(({ type }) => type).join(' OR ');
}

/** An SPDX expression: of alternatives one must be allowed, of what applies together all. */
function isAllowed(expression: string): boolean {
  const inner = expression.replace(/^\((.*)\)$/, '$1');
  return inner
    .split(' OR ')
    .some((alternative) => alternative.split(' AND ').every((licence) => ALLOWED.includes(licence.trim())));
}
