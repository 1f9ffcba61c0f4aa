import { writeFileSync } from 'node:fs';
import { envExample } from '../src/config/env-example.js';

writeFileSync('.env.example', envExample());
