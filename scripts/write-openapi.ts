// Writes api/openapi.yaml from the module graph, or with --check fails when the file differs from it.
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { stringify } from 'yaml';
import { AppModule } from '../src/app.module.js';
import { Config } from '../src/config/config.js';
import { describeApi } from '../src/openapi.js';

const FILE = 'api/openapi.yaml';

// Preview builds the graph without an instance of anything: no database is touched.
const config = new Config({ JWT_SECRET: 'x'.repeat(32) });
const app = await NestFactory.create(AppModule.with(config), { preview: true, logger: false });
const written = stringify(describeApi(app), { lineWidth: 0, aliasDuplicateObjects: false });
if (!process.argv.includes('--check')) writeFileSync(FILE, written);
else if (readFileSync(FILE, 'utf8') !== written) {
  console.error(`${FILE} has drifted from the code: run npm run openapi`);
  process.exitCode = 1;
}
