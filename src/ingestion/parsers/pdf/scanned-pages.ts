import { toPgm } from '../ocr/grey-picture.js';
import type { OpenRecogniser, Recognition, TextRecogniser } from '../ocr/text-recogniser.js';
import { pagePicture, type PicturedPage } from './page-picture.js';

/** A page with less text of its own may be a scan with a line of a scanning program above it. */
const FEW_CHARS = 200;
/** A picture that covers so much of such a page is its content, not a logo. */
const COVERS = 0.3;

/** A page as far as its text goes. */
export interface ReadPage {
  /** Characters of text that the page itself has. */
  chars: number;
  /** Its fonts have no mapping to Unicode, so that its text was left out. */
  isNoise: boolean;
  /** Some of its fonts have none. */
  isPartlyNoise?: boolean;
  /** What was recognised in its pictures; absent where there was nothing to recognise. */
  recognition?: Recognition;
}

/** Recognises the text of pages that are pictures. @param pages in order; their `recognition` is set */
export async function recognisePages(
  pages: readonly ReadPage[],
  pageOf: (number: number) => Promise<PicturedPage & { cleanup(): void }>,
  open: OpenRecogniser,
): Promise<void> {
  let recogniser: TextRecogniser | undefined;
  try {
    for (const [i, page] of pages.entries()) {
      if (page.chars >= FEW_CHARS) continue;
      const shown = await pageOf(i + 1);
      const picture = await pagePicture(shown);
      shown.cleanup();
      if (!picture || (page.chars > 0 && picture.coverage < COVERS)) continue;
      recogniser ??= await open();
      page.recognition = await recogniser.recognise(toPgm(picture.picture));
    }
  } finally {
    await recogniser?.close();
  }
}
