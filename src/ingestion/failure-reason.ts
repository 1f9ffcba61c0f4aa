import { BlobStoreError } from '../adapters/blob-store/blob-store.js';
import { EmbeddingsError } from '../adapters/embeddings/embeddings.js';
import { VectorStoreError } from '../adapters/vector-store/vector-store.js';
import { VisionError } from '../adapters/vision/vision.js';
import { ParserTimeoutError } from './parsers/parse-file.js';
import { UnreadableFileError } from './parsers/parsed-document.js';

/** Why an attachment could not be indexed, in a sentence for the person who uploaded it. */
export function failureReason(error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  if (error instanceof ParserTimeoutError)
    return `${error.message} The server was busy; have it indexed again, or upload it again later.`;
  if (error instanceof EmbeddingsError) return `The text could not be turned into vectors. ${error.message}`;
  if (error instanceof VisionError) return `The image could not be described. ${error.message}`;
  if (error instanceof VectorStoreError) return 'The vector store could not be reached.';
  if (error instanceof BlobStoreError) return 'The file store could not be reached.';
  return 'Something went wrong inside the server while the file was indexed.';
}
