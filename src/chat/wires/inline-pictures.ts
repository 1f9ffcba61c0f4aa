import { unfit } from './unfit.js';

/** Limits per message. */
export const MAX_PICTURES = 8;
const MAX_BYTES = 10 * 1024 * 1024;
const DATA_URL = /^data:(image\/[\w.+-]+);base64,/;

/** A picture embedded in a message. */
export interface InlinePicture {
  bytes: Buffer;
  /** As the client calls it; the bytes decide. */
  mediaType: string;
}

export const isPictureUrl = (url: string) => DATA_URL.test(url);

/**
 * Decodes the pictures of a message (data URLs).
 * @param field of the body that holds them
 * @throws InvalidInput for remote URLs, which are not fetched, and for too many or too large pictures
 */
export function picturesOf(urls: readonly string[], field: string): InlinePicture[] {
  const refuse = (sentence: string) =>
    unfit(field, `Unsupported content: ${sentence}`, 'unsupported_content');
  if (urls.length > MAX_PICTURES) throw refuse(`a message holds at most ${MAX_PICTURES} images`);
  return urls.map((url) => {
    const [head = '', mediaType = ''] = DATA_URL.exec(url) ?? [];
    if (!head)
      throw refuse('images are read from data URLs (data:image/…;base64,…); other files go to POST /upload');
    const bytes = Buffer.from(url.slice(head.length), 'base64');
    if (bytes.length === 0 || bytes.length > MAX_BYTES) throw refuse('an image has 1 byte to 10 MB');
    return { bytes, mediaType };
  });
}
