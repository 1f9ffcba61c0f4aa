import type { SurfaceParts } from '../../surface.js';
import { RagAssistantController } from './rag-assistant.controller.js';
import { ragAssistant } from './surface.js';

export const ragAssistantParts: SurfaceParts = {
  surface: ragAssistant,
  controllers: [RagAssistantController],
};
