import type { SurfaceParts } from '../../surface.js';
import { AgUiController } from './ag-ui.controller.js';
import { agUi } from './surface.js';

export const agUiParts: SurfaceParts = {
  surface: agUi,
  controllers: [AgUiController],
  tag: ['AG-UI', 'For programs with an AG-UI client, such as `HttpAgent`.'],
};
