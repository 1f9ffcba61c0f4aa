import { getResolvedPDFJS } from 'unpdf';
import {
  blankPicture,
  multiply,
  paint,
  type GreyPicture,
  type Matrix,
  type Paint,
} from '../ocr/grey-picture.js';

/** What recognisers are made for; PDFs count 72 points to an inch. */
const SCALE = 200 / 72;
/** Of a side; posters and pages in pixels are made smaller. */
const MAX_SIDE = 3_500;
/** As pdf.js numbers the kinds of pixels. */
const ONE_BIT = 1;
const RGB = 2;

/** An image of pdf.js; masks have no kind. */
interface PdfImage {
  width: number;
  height: number;
  kind?: number;
  data: Uint8Array | Uint8ClampedArray | string | null;
}

interface PdfObjects {
  get(id: string, callback: (object: unknown) => void): void;
}

/** What is used of a page of pdf.js. */
export interface PicturedPage {
  getOperatorList(): Promise<{ fnArray: number[]; argsArray: unknown[][] }>;
  getViewport(options: { scale: number }): { width: number; height: number; transform: number[] };
  objs: PdfObjects;
  commonObjs: PdfObjects;
}

/** The images of a page where they stand on it; its text and lines are left out. */
export interface PagePicture {
  picture: GreyPicture;
  /** Share of the page that images cover, 0…1. */
  coverage: number;
}

interface Placed {
  image: PdfImage;
  /** Of the fill colour, for masks. */
  grey: number;
  placing: Matrix;
}

/** @returns null where a page has no images, or none that could be decoded */
export async function pagePicture(page: PicturedPage): Promise<PagePicture | null> {
  const { width, height } = page.getViewport({ scale: 1 });
  const scale = Math.min(SCALE, MAX_SIDE / Math.max(width, height));
  const view = page.getViewport({ scale });
  const placed = await imagesOf(page, view.transform as unknown as Matrix);
  if (placed.length === 0) return null;
  const picture = blankPicture(Math.max(1, Math.round(view.width)), Math.max(1, Math.round(view.height)));
  let area = 0;
  for (const { image, grey, placing } of placed) {
    paint(picture, paintOf(image, grey), placing);
    area += Math.abs(placing[0] * placing[3] - placing[1] * placing[2]);
  }
  return { picture, coverage: Math.min(1, area / (picture.width * picture.height)) };
}

/** Follows the page's drawing for what moves its images. */
async function imagesOf(page: PicturedPage, view: Matrix): Promise<Placed[]> {
  const { OPS } = (await getResolvedPDFJS()) as unknown as { OPS: Record<string, number> };
  const { fnArray, argsArray } = await page.getOperatorList();
  const placed: Placed[] = [];
  const saved: { placing: Matrix; grey: number }[] = [];
  let state = { placing: view, grey: 0 };
  for (const [i, operator] of fnArray.entries()) {
    const args = argsArray[i] ?? [];
    switch (operator) {
      case OPS['save']:
        saved.push({ ...state });
        break;
      case OPS['paintFormXObjectBegin']:
        saved.push({ ...state });
        if (args[0]) state.placing = multiply(state.placing, matrixOf(args[0]));
        break;
      case OPS['restore']:
      case OPS['paintFormXObjectEnd']:
        state = saved.pop() ?? state;
        break;
      case OPS['transform']:
        state.placing = multiply(state.placing, matrixOf(args));
        break;
      case OPS['setFillRGBColor']:
        state.grey = greyOf(args);
        break;
      case OPS['paintImageXObject']:
      case OPS['paintInlineImageXObject']:
      case OPS['paintImageMaskXObject']: {
        const image = await imageOf(page, args[0]);
        if (image) placed.push({ image, ...state });
      }
    }
  }
  return placed;
}

/** Images are decoded meanwhile; one that cannot be is null. */
async function imageOf(page: PicturedPage, named: unknown): Promise<PdfImage | null> {
  if (typeof named === 'string') {
    const objects = named.startsWith('g_') ? page.commonObjs : page.objs;
    const image = await new Promise<unknown>((resolve) => objects.get(named, resolve));
    return isImage(image) ? image : null;
  }
  if (!isImage(named)) return null;
  return typeof named.data === 'string' ? imageOf(page, named.data) : named;
}

const isImage = (value: unknown): value is PdfImage =>
  typeof value === 'object' && value !== null && 'width' in value && 'data' in value && Boolean(value.data);

function paintOf({ width, height, kind, data }: PdfImage, fill: number): Paint {
  const bytes = data as Uint8Array;
  const rowBytes = (width + 7) >> 3;
  const bit = (i: number) =>
    (bytes[Math.floor(i / width) * rowBytes + ((i % width) >> 3)]! >> (7 - ((i % width) & 7))) & 1;
  // A mask is painted where its bits are 0.
  if (kind === undefined) return { width, height, grey: () => fill, cover: (i) => 1 - bit(i) };
  if (kind === ONE_BIT) return { width, height, grey: (i) => bit(i) * 255, cover: () => 1 };
  const channels = kind === RGB ? 3 : 4;
  return {
    width,
    height,
    grey: (i) => luma(bytes[i * channels]!, bytes[i * channels + 1]!, bytes[i * channels + 2]!),
    cover: channels === 4 ? (i) => bytes[i * 4 + 3]! / 255 : () => 1,
  };
}

const luma = (red: number, green: number, blue: number) => 0.299 * red + 0.587 * green + 0.114 * blue;

/** A colour as `#rrggbb`, or as three numbers up to 255. */
function greyOf(args: readonly unknown[]): number {
  const hex = typeof args[0] === 'string' ? /^#(..)(..)(..)$/.exec(args[0]) : null;
  const [red = 0, green = 0, blue = 0] = hex
    ? hex.slice(1).map((two) => parseInt(two, 16))
    : args.map(Number);
  return luma(red, green, blue) || 0;
}

const matrixOf = (numbers: unknown): Matrix => [...(numbers as Iterable<number>)] as unknown as Matrix;
