import type { Picture } from '../chat-model/chat-model.js';

/** Describes images. */
export abstract class Vision {
  /** Name of the vision model, of the configured server; null when there is none. */
  abstract readonly model: string | null;

  /**
   * A description of a few sentences, including readable text; null without a vision model.
   * @throws VisionError when the model does not respond before the deadline, or the signal's reason
   */
  abstract describe(picture: Picture, signal?: AbortSignal): Promise<string | null>;
}

/** The vision model could not be reached, or did not answer. */
export class VisionError extends Error {}

/** No vision model: images are stored without a description. */
export class NoVision extends Vision {
  readonly model = null;

  describe(): Promise<null> {
    return Promise.resolve(null);
  }
}
