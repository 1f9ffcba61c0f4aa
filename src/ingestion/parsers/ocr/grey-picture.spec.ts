import { blankPicture, multiply, paint, toPgm, type Matrix, type Paint } from './grey-picture.js';

/** Rows of `#` (black), `.` (white) and blanks (nothing there). */
const drawing = (...rows: string[]): Paint => {
  const cells = rows.join('');
  return {
    width: rows[0]!.length,
    height: rows.length,
    grey: (i) => (cells[i] === '#' ? 0 : 255),
    cover: (i) => (cells[i] === ' ' ? 0 : 1),
  };
};

function painted(width: number, height: number, source: Paint, placing: Matrix): string[] {
  const target = blankPicture(width, height);
  paint(target, source, placing);
  return Array.from({ length: height }, (_, y) =>
    [...target.pixels.subarray(y * width, (y + 1) * width)].map((grey) => (grey < 128 ? '#' : '.')).join(''),
  );
}

describe('a picture painted onto a sheet', () => {
  const source = drawing('#.', '##');
  /** As pages place pictures: the first row at the top of the square, y of the sheet counted downwards. */
  const upright: Matrix = [2, 0, 0, -2, 0, 2];

  it('stands upright', () => expect(painted(2, 2, source, upright)).toEqual(['#.', '##']));

  it('is turned, moved and enlarged', () => {
    expect(painted(3, 3, source, multiply([1, 0, 0, 1, 1, 1], upright))).toEqual(['...', '.#.', '.##']);
    expect(painted(4, 4, source, multiply([2, 0, 0, 2, 0, 0], upright))).toEqual([
      '##..',
      '##..',
      '####',
      '####',
    ]);
    expect(painted(2, 2, source, multiply([0, 1, -1, 0, 2, 0], upright))).toEqual(['##', '#.']);
  });

  it('is averaged when it is made smaller', () => {
    const target = blankPicture(1, 1);
    paint(target, source, [1, 0, 0, -1, 0, 1]);
    expect(target.pixels[0]).toBe(Math.round(255 / 4));
  });

  it('leaves the background where it is transparent, and outside', () => {
    expect(painted(3, 1, drawing('# #'), [3, 0, 0, -1, 0, 1])).toEqual(['#.#']);
    expect(painted(2, 1, source, [4, 0, 0, -4, -1, 2])).toHaveLength(1);
    expect(painted(1, 1, source, [0, 0, 0, 0, 0, 0])).toEqual(['.']);
  });

  it('is written as PGM', () => {
    expect(toPgm(blankPicture(2, 1))).toEqual(Buffer.from('P5\n2 1\n255\n\xff\xff', 'latin1'));
  });
});
