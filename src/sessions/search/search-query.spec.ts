import { readQuery } from './search-query.js';

describe('a query for messages', () => {
  it.each([
    ['leave days', "(('leave') & ('days'))"],
    ['"thirty days" leave', "(('thirty' <-> 'days') & ('leave'))"],
    ['leave -parental', "(('leave') & !('parental'))"],
    ['leave -"parental leave"', "(('leave') & !('parental' <-> 'leave'))"],
    ['Urlaub or leave', "(('urlaub')) | (('leave'))"],
    ['TX-204', "(('tx' <-> '204'))"],
    ['黒猫', "(('黒' <-> '猫'))"],
    ['"open', "(('open'))"],
    ['or leave or', "(('leave'))"],
    [`'); DROP & | ! <-> :*\\`, "(('drop'))"],
  ])('%s', (text, tsquery) => {
    expect(readQuery(text)?.tsquery).toBe(tsquery);
  });

  it.each(['', ' ', '!?', '""', 'or', '-'])('has no words in "%s"', (text) => {
    expect(readQuery(text)).toBeNull();
  });

  it('marks searched words, not excluded ones', () => {
    expect([...readQuery('Größe "two words" -other')!.words]).toEqual(['grosse', 'two', 'words']);
  });
});
