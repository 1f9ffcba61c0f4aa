/** An image as it was uploaded. */
export interface Picture {
  bytes: Buffer;
  mediaType: string;
}

/** Says what is to be seen in an image. */
export abstract class Vision {
  /** False when there is no vision model. */
  abstract readonly isConfigured: boolean;

  /**
   * A few sentences, with the words that can be read in it. Null when there is no vision model.
   * @throws VisionError when there is one and it does not answer before the deadline, or the signal's reason
   */
  abstract describe(picture: Picture, signal?: AbortSignal): Promise<string | null>;
}

/** The vision model could not be reached, or did not answer. */
export class VisionError extends Error {}

/** No vision model is configured: images are kept without text. */
export class NoVision extends Vision {
  readonly isConfigured = false;

  describe(): Promise<null> {
    return Promise.resolve(null);
  }
}
