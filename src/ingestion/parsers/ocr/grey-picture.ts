/** A picture in shades of grey, one byte a pixel, row by row from the top; 255 is white. */
export interface GreyPicture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** An empty sheet. */
export const blankPicture = (width: number, height: number): GreyPicture => ({
  width,
  height,
  pixels: new Uint8Array(width * height).fill(255),
});

/** As a PGM file, which needs no compression. */
export const toPgm = ({ width, height, pixels }: GreyPicture): Buffer =>
  Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]);

/** An affine map: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** First `inner`, then `outer`. */
export const multiply = (outer: Matrix, inner: Matrix): Matrix => [
  outer[0] * inner[0] + outer[2] * inner[1],
  outer[1] * inner[0] + outer[3] * inner[1],
  outer[0] * inner[2] + outer[2] * inner[3],
  outer[1] * inner[2] + outer[3] * inner[3],
  outer[0] * inner[4] + outer[2] * inner[5] + outer[4],
  outer[1] * inner[4] + outer[3] * inner[5] + outer[5],
];

/** What is painted: the grey of a pixel of the source, 0…255, and how much it covers, 0…1. */
export interface Paint {
  width: number;
  height: number;
  grey(index: number): number;
  cover(index: number): number;
}

/** More pixels of the source are not averaged for one of the target. */
const MAX_STEPS = 4;

/**
 * Paints a picture onto another one.
 * @param placing maps the unit square, in which the picture's first row is at y = 1, to pixels of the target
 */
export function paint(target: GreyPicture, source: Paint, placing: Matrix): void {
  const [a, b, c, d, e, f] = placing;
  const determinant = a * d - b * c;
  if (Math.abs(determinant) < 1e-6) return;
  const corners = [
    [e, f],
    [e + a, f + b],
    [e + c, f + d],
    [e + a + c, f + b + d],
  ] as const;
  const [left, right] = span(
    corners.map(([x]) => x),
    target.width,
  );
  const [top, bottom] = span(
    corners.map(([, y]) => y),
    target.height,
  );
  const steps = Math.min(
    MAX_STEPS,
    Math.ceil(Math.sqrt((source.width * source.height) / Math.abs(determinant))),
  );
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      let light = 0;
      let covered = 0;
      for (let step = 0; step < steps * steps; step++) {
        const dx = x + ((step % steps) + 0.5) / steps - e;
        const dy = y + (Math.floor(step / steps) + 0.5) / steps - f;
        const column = Math.floor(((d * dx - c * dy) / determinant) * source.width);
        const row = Math.floor((1 - (a * dy - b * dx) / determinant) * source.height);
        if (column < 0 || row < 0 || column >= source.width || row >= source.height) continue;
        const index = row * source.width + column;
        const cover = source.cover(index);
        covered += cover;
        light += cover * source.grey(index);
      }
      const at = y * target.width + x;
      const share = covered / (steps * steps);
      target.pixels[at] = Math.round(target.pixels[at]! * (1 - share) + light / (steps * steps));
    }
  }
}

/** Whole pixels from the least to the greatest of some places, within a picture. */
const span = (places: readonly number[], length: number): [number, number] => [
  Math.max(0, Math.floor(Math.min(...places))),
  Math.min(length, Math.ceil(Math.max(...places))),
];
