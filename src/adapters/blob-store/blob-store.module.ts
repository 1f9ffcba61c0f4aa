import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { timeMethods } from '../../telemetry/tracing.js';
import { BlobStore } from './blob-store.js';
import { DiskBlobStore } from './disk-blob-store.js';
import { S3BlobStore } from './s3-blob-store.js';

@Global()
@Module({
  providers: [{ provide: BlobStore, inject: [Config, Logger], useFactory: createTimedBlobStore }],
  exports: [BlobStore],
})
export class BlobStoreModule {}

/** The configured bucket, or a folder of `DATA_DIR`. */
export function createBlobStore(
  { env, dataDir }: Pick<Config, 'env' | 'dataDir'>,
  logger: Pick<Logger, 'warn'>,
): BlobStore {
  if (!env.S3_BUCKET) return new DiskBlobStore(join(dataDir, 'blobs'), logger);
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  return new S3BlobStore(
    {
      bucket: env.S3_BUCKET,
      region: env.S3_REGION,
      endpoint: env.S3_ENDPOINT,
      credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    },
    logger,
  );
}

function createTimedBlobStore(config: Config, logger: Logger): BlobStore {
  const store = createBlobStore(config, logger);
  return timeMethods('blobs', store, ['put', 'putText', 'read', 'readText', 'deleteAll']);
}
