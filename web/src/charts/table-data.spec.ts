import { blocksOf } from '../markdown/blocks.js';
import { dataOf } from './table-data.js';

const read = (text: string) => dataOf(blocksOf(text)[0]!.tokens);

describe('the numbers of a table', () => {
  it('are its columns that hold nothing else, whatever their unit', () => {
    expect(
      read(
        '| Town | Sales | Since | Share |\n|-|-|-|-|\n| **Oslo** | 49,800 | May | 51 % |\n| Bergen | €-2.5 | 2020 | 49 % |',
      ),
    ).toEqual({
      labels: ['Oslo', 'Bergen'],
      columns: [
        { name: 'Sales', values: [49_800, -2.5], texts: ['49,800', '€-2.5'] },
        { name: 'Share', values: [51, 49], texts: ['51 %', '49 %'] },
      ],
    });
  });

  it.each([
    '| Town | Mayor |\n|-|-|\n| Oslo | Ada |\n| Bergen | Eve |',
    '| Town | Sales |\n|-|-|\n| Oslo | 1 |',
    '| Town | Day |\n|-|-|\n| Oslo | 2026-01-02 |\n| Bergen | 2026-01-03 |',
  ])('are none in %j', (table) => {
    expect(read(table)).toBeNull();
  });
});
