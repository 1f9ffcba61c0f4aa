import { getResolvedPDFJS } from 'unpdf';
import { pagePicture, type PicturedPage } from './page-picture.js';

/** A page of 36 × 36 points, which is 100 × 100 pixels, with the images that its operators name. */
async function pageOf(images: Record<string, unknown>, ...operators: [name: string, ...args: unknown[]][]) {
  const { OPS } = (await getResolvedPDFJS()) as unknown as { OPS: Record<string, number> };
  const objects = { get: (id: string, callback: (image: unknown) => void) => callback(images[id] ?? null) };
  const page: PicturedPage = {
    getOperatorList: async () => ({
      fnArray: operators.map(([name]) => OPS[name]!),
      argsArray: operators.map(([, ...args]) => args),
    }),
    getViewport: ({ scale }) => ({
      width: 36 * scale,
      height: 36 * scale,
      transform: [scale, 0, 0, -scale, 0, 36 * scale],
    }),
    objs: objects,
    commonObjs: objects,
  };
  return pagePicture(page);
}

/** The greys in the middle of the quarters: top left, top right, bottom left, bottom right. */
const quarters = (page: Awaited<ReturnType<typeof pageOf>>) =>
  [25, 75].flatMap((y) => [25, 75].map((x) => page!.picture.pixels[y * 100 + x]));

/** Black, white; white, black. */
const bits = { width: 2, height: 2, data: new Uint8Array([0b01000000, 0b10000000]) };
const whole = [36, 0, 0, 36, 0, 0];

describe('the picture of a page', () => {
  it('shows images of one bit, of colours and with transparency where they stand', async () => {
    const oneBit = await pageOf(
      { a: { ...bits, kind: 1 } },
      ['transform', ...whole],
      ['paintImageXObject', 'a'],
    );
    expect(quarters(oneBit)).toEqual([0, 255, 255, 0]);
    expect(oneBit?.coverage).toBeCloseTo(1);
    const red = { width: 1, height: 1, kind: 2, data: new Uint8Array([255, 0, 0]) };
    const corner = await pageOf({ a: red }, ['transform', 18, 0, 0, 18, 18, 0], ['paintImageXObject', 'a']);
    expect(quarters(corner)).toEqual([255, 255, 255, 76]);
    expect(corner?.coverage).toBeCloseTo(0.25);
    const clear = { width: 1, height: 1, kind: 3, data: new Uint8Array([0, 0, 0, 0]) };
    expect(quarters(await pageOf({ a: clear }, ['transform', ...whole], ['paintImageXObject', 'a']))).toEqual(
      [255, 255, 255, 255],
    );
  });

  it('shows masks in the colour they are filled with, where they are not transparent', async () => {
    const mask = { ...bits, data: 'mask_1' };
    const page = await pageOf(
      { mask_1: bits },
      ['transform', ...whole],
      ['setFillRGBColor', '#808080'],
      ['paintImageMaskXObject', mask],
    );
    expect(quarters(page)).toEqual([128, 255, 255, 128]);
  });

  it('follows what moves images, also within forms', async () => {
    const dot = { width: 1, height: 1, kind: 1, data: new Uint8Array([0]) };
    const page = await pageOf(
      { a: dot },
      ['save'],
      ['transform', 18, 0, 0, 18, 0, 0],
      ['paintInlineImageXObject', dot],
      ['restore'],
      ['paintFormXObjectBegin', [1, 0, 0, 1, 18, 18], null],
      ['transform', 18, 0, 0, 18, 0, 0],
      ['paintImageXObject', 'a'],
      ['paintFormXObjectEnd'],
    );
    expect(quarters(page)).toEqual([255, 0, 0, 255]);
  });

  it('is none without images, or when they cannot be decoded', async () => {
    expect(await pageOf({}, ['save'], ['restore'])).toBeNull();
    expect(await pageOf({}, ['transform', ...whole], ['paintImageXObject', 'a'])).toBeNull();
  });
});
