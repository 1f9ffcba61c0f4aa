import 'reflect-metadata';
import { Api } from './api.js';
import type { PrimaryAnswers, WorkerAnswers } from './cluster/worker-protocol.js';
import { logOutput, openLogs } from './common/logs/log-output.js';
import { Logger } from './common/logger.js';
import { ProcessRequests, type IpcPort } from './cluster/process-requests.js';
import { Config } from './config/config.js';
import { SettingError } from './config/env.js';
import { exitInOrder } from './exit-on-signal.js';
import { registryOf } from './metrics.setup.js';
import { snapshotOf, type MetricsSnapshot } from './telemetry/metrics-snapshot.js';
import { openTraces } from './trace.setup.js';

/** The whole life of an API worker. When its primary process is killed Node ends it at once. */
async function runClusterWorker(): Promise<void> {
  let readMetrics = async (): Promise<MetricsSnapshot> => [];
  let leave = (): void => process.exit(0);
  let isLeaving = false;
  const leaveOnce = async () => {
    if (!isLeaving) leave();
    isLeaving = true;
  };
  const mine: WorkerAnswers = { metrics: () => readMetrics(), leave: leaveOnce };
  const primary = new ProcessRequests<PrimaryAnswers>(process as IpcPort, mine);
  // Ctrl-C reaches every process of a terminal: the primary one ends the others in order.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => void leaveOnce());

  try {
    await openLogs();
    const { settings, embedded, isFirst } = await primary.ask('task');
    const config = Config.over(settings, embedded, {
      isFirstWorker: isFirst,
      embed: (texts) => primary.ask('embed', texts),
      metrics: () => primary.ask('metrics'),
    });
    const api = await Api.create(config);
    const sendTraces = await openTraces(config, api.app.get(Logger));
    leave = () =>
      exitInOrder(async () => {
        await api.leave();
        await sendTraces();
      }, api.app.get(Logger));
    const registry = registryOf(api.app);
    readMetrics = () => snapshotOf(registry);
    await api.listen();
    if (await primary.ask('listening', api.address)) api.announceFindings();
    logOutput.release();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    await primary.ask('refused', error.message);
    process.exit(1);
  }
}

await runClusterWorker();
