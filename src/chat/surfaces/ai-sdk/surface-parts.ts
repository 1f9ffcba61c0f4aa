import type { SurfaceParts } from '../../surface.js';
import { AiSdkController } from './ai-sdk.controller.js';
import { aiSdk } from './surface.js';

export const aiSdkParts: SurfaceParts = {
  surface: aiSdk,
  controllers: [AiSdkController],
  tag: ['AI SDK', "For pages with `useChat` of Vercel's AI SDK."],
};
