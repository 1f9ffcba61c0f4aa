import { read, shown } from '../office/support/office-files.js';

describe('a notebook', () => {
  it('has the errors that its cells ended with', async () => {
    const cells = [
      {
        cell_type: 'code',
        source: 'int("x")',
        outputs: [{ output_type: 'error', ename: 'ValueError', evalue: 'invalid literal', traceback: [] }],
      },
    ];
    expect(shown(await read('a.ipynb', JSON.stringify({ cells })))).toEqual([
      'code: int("x")',
      'code: ValueError: invalid literal',
    ]);
  });
});
