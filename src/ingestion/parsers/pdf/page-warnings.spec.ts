import { pageWarnings } from './page-warnings.js';
import type { ReadPage } from './scanned-pages.js';

const read = (more: Partial<ReadPage> = {}): ReadPage => ({ chars: 900, isNoise: false, ...more });
const legible = (isPartial: boolean) => ({ paragraphs: ['Words'], isPartial });

describe('warnings about pages', () => {
  it('is nothing where all were read', () => expect(pageWarnings([read(), read()])).toEqual([]));

  it('names pages that were recognised, and those that were not', () => {
    const pages = [
      read(),
      read({ chars: 0, recognition: legible(false) }),
      read({ chars: 30, recognition: legible(true) }),
      read({ chars: 0, recognition: 'illegible' }),
      read({ chars: 0, recognition: 'timeout' }),
      read({ chars: 0, recognition: 'spent' }),
      read({ chars: 0, recognition: 'spent' }),
      read({ chars: 0 }),
      read({ chars: 0, isNoise: true }),
      read({ chars: 0, isNoise: true, recognition: legible(false) }),
      read({ chars: 30, recognition: 'illegible' }),
    ];
    expect(pageWarnings(pages)).toEqual([
      'Pages 2 to 3 and 10: the text was recognised in pictures (OCR) and may hold mistakes.',
      'Page 3 could not be read whole: parts of the pictures were not legible.',
      'Page 9 could not be read: the fonts do not say which letters they show.',
      'Page 4 could not be read: no legible text was recognised.',
      'Page 5 could not be read: recognising the text took too long.',
      'Pages 6 to 7 could not be read: the time for recognising text in one file (OCR_SECONDS) was over.',
      'Page 8 could not be read: there is no text on it, only pictures or nothing.',
      'Page 11: no text was read in the pictures.',
    ]);
  });
});
