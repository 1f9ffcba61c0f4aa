import { Module, type DynamicModule } from '@nestjs/common';
import { Logger } from '../common/logger.js';
import { Config } from './config.js';

/** Settings and logs, for every room. */
@Module({})
export class ConfigModule {
  static with(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: Config, useValue: config }, Logger],
      exports: [Config, Logger],
    };
  }
}
