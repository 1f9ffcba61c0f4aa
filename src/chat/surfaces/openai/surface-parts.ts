import type { SurfaceParts } from '../../surface.js';
import { OpenAiController } from './openai.controller.js';
import { openAi } from './surface.js';

export const openAiParts: SurfaceParts = {
  surface: openAi,
  controllers: [OpenAiController],
  tag: [
    'OpenAI',
    'Chat completions, Responses, Conversations and models, for programs that use an OpenAI client: an agent is a model.',
  ],
};
