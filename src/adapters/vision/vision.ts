/** An image as it was uploaded. */
export interface Picture {
  bytes: Buffer;
  mediaType: string;
}

/** Describes images. */
export abstract class Vision {
  /** False when there is no vision model. */
  abstract readonly isConfigured: boolean;

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
  readonly isConfigured = false;

  describe(): Promise<null> {
    return Promise.resolve(null);
  }
}
