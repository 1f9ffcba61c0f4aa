import type { SurfaceParts } from '../../surface.js';
import { OpenAiConversationsController } from './conversations.controller.js';
import { ResponseDecider } from './response-decider.js';
import { ResponseLookup } from './response-lookup.js';
import { ResponsesController } from './responses.controller.js';
import { responses } from './surface.js';

export const responsesParts: SurfaceParts = {
  surface: responses,
  controllers: [ResponsesController, OpenAiConversationsController],
  providers: [ResponseLookup, ResponseDecider],
};
