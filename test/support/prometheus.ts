import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../src/embedded/engine.js';
import { untilListening } from './listening.js';

const missing = (name: string) =>
  new Error(`${name} is not on this machine; install it (apt-get install prometheus) to run this suite`);

/** Prometheus' own checks. @returns what it printed @throws with what it printed when something is wrong */
export async function promtool(...args: string[]): Promise<string> {
  const program = process.env.PARLEY_TEST_PROMTOOL;
  if (!program) throw missing('promtool');
  const { stdout, stderr } = await promisify(execFile)(program, args);
  return stdout + stderr;
}

export interface Sample {
  metric: Record<string, string>;
  value: number;
}

/** An alert that is pending or firing. */
export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: string;
}

/** A real Prometheus with the files of `deploy/prometheus`, but for its targets and its pace. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly folder: string,
    private readonly server: ChildProcess,
  ) {}

  /**
   * @param target host and port to scrape
   * @param token of METRICS_TOKEN
   */
  static async start(target: string, token: string): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-prometheus-'));
    await cp('deploy/prometheus', folder, { recursive: true });
    await writeFile(join(folder, 'token'), token);
    return Prometheus.startIn(folder, [
      [/# authorization: .*/g, `authorization: { credentials_file: ${folder}/token }`],
      [/'127\.0\.0\.1:9464'/g, `'${target}'`],
    ]);
  }

  /**
   * @param folder with `prometheus.yml` and `alerts.yml`, which is deleted in the end
   * @param changes of `prometheus.yml`, besides its pace
   */
  static async startIn(folder: string, changes: Changes = []): Promise<Prometheus> {
    const program = process.env.PARLEY_TEST_PROMETHEUS;
    if (!program) throw missing('prometheus');
    await edit(join(folder, 'prometheus.yml'), [[/_interval: 15s/g, '_interval: 1s'], ...changes]);
    await edit(join(folder, 'alerts.yml'), [[/for: \d+m/g, 'for: 0s']]);
    const port = await freePort();
    const flags = [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    const server = spawn(program, flags, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    await untilListening(port, server);
    return new Prometheus(`http://127.0.0.1:${port}`, folder, server);
  }

  /** @throws with Prometheus' words for an expression that it cannot evaluate */
  async query(expression: string): Promise<Sample[]> {
    const { result } = await this.ask<{ result: { metric: Sample['metric']; value: [number, string] }[] }>(
      `/api/v1/query?query=${encodeURIComponent(expression)}`,
    );
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  async alerts(): Promise<Alert[]> {
    return (await this.ask<{ alerts: Alert[] }>('/api/v1/alerts')).alerts;
  }

  /** The names of all series. */
  async names(): Promise<string[]> {
    return this.ask<string[]>('/api/v1/label/__name__/values');
  }

  async close(): Promise<void> {
    if (this.server.exitCode === null) {
      this.server.kill('SIGKILL');
      await once(this.server, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async ask<T>(path: string): Promise<T> {
    const response = await fetch(this.url + path);
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(`Prometheus: ${error}`);
    return data;
  }
}

type Changes = readonly (readonly [RegExp, string])[];

async function edit(file: string, changes: Changes): Promise<void> {
  let text = await readFile(file, 'utf8');
  for (const [pattern, replacement] of changes) {
    if (text.search(pattern) < 0) throw new Error(`${file} has nothing like ${pattern}`);
    text = text.replace(pattern, replacement);
  }
  await writeFile(file, text);
}
