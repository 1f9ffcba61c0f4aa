import { Global, Module } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { openAiServerOf } from '../openai/openai-server.js';
import { OpenAiVision } from './openai-vision.js';
import { NoVision, Vision } from './vision.js';

@Global()
@Module({
  providers: [{ provide: Vision, inject: [Config, Logger], useFactory: createVision }],
  exports: [Vision],
})
export class VisionModule {}

/** The configured vision model, or none. */
function createVision(config: Config, logger: Logger): Vision {
  const { OPENAI_VISION_MODEL: model } = config.env;
  return model ? new OpenAiVision(openAiServerOf(config, logger), model) : new NoVision();
}
