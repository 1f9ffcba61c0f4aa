import { Global, Module } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { ChatModel } from './chat-model.js';
import { OfflineChatModel } from './offline/offline-chat-model.js';
import { OpenAiChatModel } from './openai-chat-model.js';

/** The configured model, or the offline model without one. */
export const createChatModel = (config: Config, logger: Logger): ChatModel =>
  config.hasModel ? new OpenAiChatModel(config, logger) : new OfflineChatModel();

@Global()
@Module({
  providers: [{ provide: ChatModel, inject: [Config, Logger], useFactory: createChatModel }],
  exports: [ChatModel],
})
export class ChatModelModule {}
