import { Global, Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { OpenAiVision } from './openai-vision.js';
import { NoVision, Vision } from './vision.js';

@Global()
@Module({
  providers: [{ provide: Vision, inject: [Config], useFactory: createVision }],
  exports: [Vision],
})
export class VisionModule {}

/** The configured model that sees, or none. */
function createVision({ env }: Config): Vision {
  if (!env.OPENAI_VISION_MODEL) return new NoVision();
  const { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey, OPENAI_VISION_MODEL: model } = env;
  return new OpenAiVision({ baseUrl, apiKey, model });
}
