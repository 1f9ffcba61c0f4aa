// Writes api/openapi.yaml and the frames in docs/websockets.md from the module graph, or with --check fails when the
// files differ from it.
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { AppModule } from '../src/app.module.js';
import { Config } from '../src/config/config.js';
import { describeApi } from '../src/openapi.js';
import { withFrameExamples } from './support/frame-examples.js';

const API = 'api/openapi.yaml';
const SOCKETS = 'docs/websockets.md';

// Preview builds the graph without an instance of anything: no database is touched.
const config = new Config({ JWT_SECRET: 'x'.repeat(32) });
const app = await NestFactory.create(AppModule.with(config), { preview: true, logger: false });
const api = describeApi(app);
const page = withFrameExamples(readFileSync(SOCKETS, 'utf8'), api);
const files = {
  [API]: stringify(api, { lineWidth: 0, aliasDuplicateObjects: false }),
  [SOCKETS]: await format(page, { ...(await resolveConfig(SOCKETS)), filepath: SOCKETS }),
};
for (const [file, written] of Object.entries(files))
  if (!process.argv.includes('--check')) writeFileSync(file, written);
  else if (readFileSync(file, 'utf8') !== written) {
    console.error(`${file} has drifted from the code: run npm run openapi`);
    process.exitCode = 1;
  }
