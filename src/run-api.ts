import { announce, announceRestored } from './announcement.js';
import { Api } from './api.js';
import { untilRestored } from './backup/until-restored.js';
import { logOutput } from './common/logs/log-output.js';
import { Logger } from './common/logger.js';
import { Config } from './config/config.js';
import type { EmbeddedEngines } from './embedded/embedded-engines.js';
import { exitOnSignal } from './exit-on-signal.js';
import { openTraces } from './trace.setup.js';

/**
 * Serves the API over engines that run, until a signal ends the process.
 * @throws SettingError for a setting that cannot be used; the engines are stopped then
 */
export async function runApi(engines: EmbeddedEngines): Promise<void> {
  try {
    const config = Config.on(engines);
    let api = await Api.create(config);
    const logger = api.app.get(Logger);
    const sendTraces = await openTraces(config, logger);
    exitOnSignal(async (signal) => {
      await api.leave(signal);
      await engines.stop();
      await sendTraces();
    }, logger);
    await api.listen();
    const { address, metricsAddress } = api;
    announce({ address, metricsAddress, engines, config }, logger);
    api.announceFindings();
    logOutput.release();
    for (;;) {
      await untilRestored(api.app);
      announceRestored();
      const { port } = new URL(api.address);
      await api.leave();
      api = await Api.create(Config.on(engines, { PORT: port }));
      await api.listen();
      process.stdout.write(`Parley listens on ${api.address}\n`);
    }
  } catch (error) {
    await engines.stop();
    throw error;
  }
}
