import { callByRule } from './by-rule.js';

describe('questions that plainly ask for a tool', () => {
  it.each([
    ['What is 12 * 7?', '12 * 7'],
    ['what’s 12 times 7', '12 * 7'],
    ['Calculate (1250 - 980) / 980 * 100.', '(1250 - 980) / 980 * 100'],
    ['12 x 7 =', '12*7'],
    ['2+2', '2+2'],
    ['What is 15% of 1,250?', '15% of 1250'],
    ['What is 15 percent of 80?', '15 % of 80'],
    ['what is the square root of 2?', 'sqrt(2)'],
    ['Was ist 3 mal 4?', '3 * 4'],
    ['Combien font 3 fois 4 ?', '3 * 4'],
    ['How much is 5 to the power of 3', '5 ^ 3'],
    ["what's 18 % of 2,340?", '18 % of 2340'],
    ['whats 7 x 8', '7*8'],
    ['What do 19, 23 and 58 add up to?', 'sum(19, 23, 58)'],
    ['What is the sum of 1,250, 3 and 4?', 'sum(1250, 3, 4)'],
    ['Add 3 and 4', 'sum(3, 4)'],
    ['what is the average of 4, 8, and 9', 'avg(4, 8, 9)'],
    ['Subtract 7 from 20', '20 - 7'],
    ['multiply 6 by 7', '6 * 7'],
    ["What's half of 90?", '90 / 2'],
    ['How much is 15 percent off 80?', '80 - 15% of 80'],
    ['days between 2026-03-03 and 2026-07-17', 'days(2026, 3, 3, 2026, 7, 17)'],
    ['How many days are there from 1 January to March 1st, 2027?', 'days(2027, 1, 1, 2027, 3, 1)'],
    ['How many days between December 30, 2026 and 2 January?', 'days(2026, 12, 30, 2027, 1, 2)'],
    ['What is 1/0?', null],
    ['What is 10 / 0?', '10 / 0'],
    ['max(3, 1,250)', 'max(3, 1,250)'],
  ])('%s', (question, expression) => {
    const call = callByRule(question);
    expect(call && { ...call.input, name: call.name }).toEqual(
      expression && { expression, name: 'calculator' },
    );
  });

  it.each([
    ['What time is it?', 'UTC'],
    ['what is the current time in Berlin?', 'Europe/Berlin'],
    ['What time is it in New York right now?', 'America/New_York'],
    ['what time is it in munich', 'Europe/Berlin'],
    ['Wie spät ist es in Tokyo?', 'Asia/Tokyo'],
    ['What time is it in Asia/Kolkata?', /Asia\/(?:Kolkata|Calcutta)/],
    ['time in London', 'Europe/London'],
    ['current time in Paris, please', 'Europe/Paris'],
    ['What time is it in Japan?', 'Asia/Tokyo'],
    ['What is the date today?', 'UTC'],
    ['What day is it today?', 'UTC'],
  ])('%s', (question, zone) => {
    const call = callByRule(question);
    expect(call?.name).toBe('current_time');
    expect(String(call?.input['zone'])).toMatch(zone);
  });

  it.each([
    'What is the notice period?',
    'What is 3.5?',
    '2024-03-01',
    '12/24/2024',
    'What is 9/11?',
    'What is the time limit for appeals?',
    'What time is the meeting in Berlin?',
    'How much is the rent?',
    'What do the 3 chapters and the annex add up to?',
    'days between 30 February and 1 March',
    'How many days between the order and 3 March?',
    'time management in London',
    'What time is it in Narnia?',
    'What is ISO 9001?',
    'call 555-1234',
    'What are the sales in 2023 - 2024?',
    'e',
    'Hello',
    '',
  ])('not: %s', (question) => {
    expect(callByRule(question)).toBeNull();
  });
});
