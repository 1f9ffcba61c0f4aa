import Tesseract from 'tesseract.js';
import { builtFile } from '../../../common/built-file.js';

/** How text in pictures is recognised. */
export interface OcrSettings {
  /** Tesseract's names of languages, such as `eng`. */
  languages: readonly string[];
  /** Of computing, for one file. */
  seconds: number;
}

/** What was recognised in a picture. */
export interface RecognisedText {
  /** Paragraphs in reading order. */
  paragraphs: string[];
  /** Whether lines were left out since they were not legible enough. */
  isPartial: boolean;
}

/** Begins to recognise the text in a file's pictures; the caller closes it. */
export type OpenRecogniser = () => Promise<TextRecogniser>;

/** `timeout` when a picture took too long, `spent` when the file's time is used up. */
export type Recognition = RecognisedText | 'illegible' | 'timeout' | 'spent';

/** A page takes one to two seconds; noise keeps the recogniser busy for minutes. */
const PICTURE_SECONDS = 15;
/** Per cent; below that a line holds more wrong words than right ones. */
const MIN_CONFIDENCE = 60;
const POLL_MS = 100;

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Recognises printed text in pictures, without a network, in a thread that is started when it is needed. */
export class TextRecogniser {
  private worker: Promise<Tesseract.Worker> | undefined;
  private readonly until: number;

  /** The file's time begins to count now. */
  constructor(private readonly settings: OcrSettings) {
    this.until = cpuSeconds() + settings.seconds;
  }

  /**
   * @param picture PNG, JPEG, WebP or PNM
   * @throws Error when the recogniser fails, which is not the picture's fault
   */
  async recognise(picture: Buffer): Promise<Recognition> {
    const now = cpuSeconds();
    if (now >= this.until) return 'spent';
    const worker = await (this.worker ??= this.start());
    const result = await within(
      Math.min(now + PICTURE_SECONDS, this.until),
      // A picture that cannot be decoded is no more legible than one without words.
      worker.recognize(picture, { rotateAuto: true }, { text: false, blocks: true }).catch(() => null),
    );
    if (result === 'timeout') {
      await this.close();
      return cpuSeconds() >= this.until ? 'spent' : 'timeout';
    }
    return result ? legible(result.data.blocks ?? []) : 'illegible';
  }

  /** Ends its thread. */
  async close(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    await (await worker)?.terminate();
  }

  private start(): Promise<Tesseract.Worker> {
    return Tesseract.createWorker([...this.settings.languages], Tesseract.OEM.LSTM_ONLY, {
      langPath: builtFile('../ocr-languages', import.meta.url),
      cacheMethod: 'none',
      // The promise rejects as well.
      errorHandler: () => undefined,
    });
  }
}

/** What a promise resolves to, unless the process has computed up to `until` before. */
async function within<T>(until: number, promise: Promise<T>): Promise<T | 'timeout'> {
  let poll: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    poll = setInterval(() => cpuSeconds() >= until && resolve('timeout'), POLL_MS);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearInterval(poll);
  }
}

/** The lines that are certain enough, as paragraphs. */
function legible(blocks: readonly Tesseract.Block[]): RecognisedText | 'illegible' {
  const all = blocks.flatMap(({ paragraphs }) => paragraphs);
  const lines = all.flatMap((paragraph) => paragraph.lines).filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  const paragraphs = all
    .map((paragraph) => paragraph.lines.filter(isLegible).map(({ text }) => text.trim()))
    .filter((texts) => texts.length > 0)
    .map((texts) => joinLines(texts));
  if (paragraphs.length === 0) return 'illegible';
  return { paragraphs, isPartial: !lines.every(isLegible) };
}

const isLegible = ({ text, confidence }: Tesseract.Line) =>
  confidence >= MIN_CONFIDENCE && /[\p{L}\p{N}]/u.test(text);

/** The lines of a paragraph as one, words that were divided at line ends put together. */
export const joinLines = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/(?<=\p{Ll})[-‐]\n(?=\p{Ll})/gu, '')
    .replaceAll('\n', ' ');
