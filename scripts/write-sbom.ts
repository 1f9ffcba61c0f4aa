/** Prints the bill of materials of the image (CycloneDX): `npm run --silent sbom`. */
import { readFileSync } from 'node:fs';
import type { LockedPackage } from './support/licences.js';
import { shippedSbom, wholeSbom } from './support/sbom.js';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
process.stdout.write(`${JSON.stringify(shippedSbom(wholeSbom(), packages), null, 2)}\n`);
