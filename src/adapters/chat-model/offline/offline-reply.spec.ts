import type { ChatPrompt, ChatTurn } from '../chat-model.js';
import { composeReply } from './offline-reply.js';

const NOTICE = /No language model is configured.*OPENAI_API_KEY.*OPENAI_BASE_URL/;
const reply = (message: string, more: Partial<ChatPrompt> = {}) =>
  composeReply({ instructions: 'x', history: [], message, ...more });
const talk = (...contents: string[]): ChatTurn[] =>
  contents.map((content, index) => ({ role: index % 2 ? 'assistant' : 'user', content }));

const passages = [
  { title: 'Menu', text: 'Soup is served at noon. Bread is free.' },
  { title: 'Hours', text: 'The kitchen closes at nine. On Sundays the kitchen is closed.' },
];

describe('composeReply', () => {
  it('returns the draft as it is', () => {
    expect(reply('hi', { draft: 'Is it Alien?', passages })).toBe('Is it Alien?');
  });

  it('greets back', () => {
    expect(reply('Good morning!')).toMatch(/^Hello! /);
    for (const said of ['Hello?', 'hi there?!', '¡Hola!', 'Hello :)', 'hey…'])
      expect(reply(said, { passages })).toMatch(/^Hello! /);
    expect(reply('Hi, when does the kitchen close?', { passages })).not.toMatch(/^Hello/);
    expect(reply('thanks!')).toBe('You are welcome.');
  });

  it('notes once in a conversation that no model is configured', () => {
    const first = reply('Why is the sky blue?');
    expect(first).toMatch(NOTICE);
    const second = reply('And the sea?', { history: talk('Why is the sky blue?', first) });
    expect(second).toBe('I found nothing that answers this.');
    expect(reply('hello', { history: talk('Why is the sky blue?', first) })).not.toMatch(NOTICE);
  });

  it('does not take the words of the user for its own', () => {
    expect(reply('Why?', { history: talk('No language model is configured') })).toMatch(NOTICE);
  });

  it('quotes the passages that answer, by their numbers', () => {
    expect(reply('When does the kitchen close?', { passages })).toBe(
      'In Hours: “The kitchen closes at nine. On Sundays the kitchen is closed.” [2]',
    );
    expect(reply('Is bread free?', { passages })).toBe('In Menu: “Bread is free.” [1]');
  });

  it('shows the nearest passage as uncertain when no words are shared', () => {
    expect(reply('Until when can one order?', { passages })).toBe(
      'I am not sure that this answers it. In Menu: “Soup is served at noon.” [1]',
    );
  });

  it.each(['yes', "d'accord", 'vale', 'va bene', 'Ja, gerne', 'oui merci', 'はい', '是的', 'да'])(
    'asks back what a bare consent refers to: %s',
    (message) => {
      expect(reply(message, { passages })).toMatch(/^I do not know what that refers to/);
    },
  );

  it('does not doubt a quote that holds the amount or name that is asked for', () => {
    const goals = [{ title: 'Cup', text: 'Team: Red; Player: Cid; Goals: 4', isWeak: true }];
    expect(reply('How many goals did Cid score?', { passages: goals })).toBe(
      'In Cup: “Team: Red; Player: Cid; Goals: 4” [1]',
    );
    expect(reply('Which colour does Cid like?', { passages: goals })).toMatch(/^I am not sure/);
  });

  it('doubts a quote of another document than the one with the name that is asked for', () => {
    const inns = [
      { title: 'pool.md', text: 'There is a swimming pool for adults, and a sauna.' },
      { title: 'guests.md', text: 'Welcome to the Seeblick. Breakfast is from seven.' },
    ];
    expect(reply('Is there a swimming pool at the Seeblick?', { passages: inns })).toMatch(/^I am not sure/);
    expect(reply('Is there a swimming pool?', { passages: inns })).toMatch(/^In pool.md/);
    expect(reply('When is breakfast at the Seeblick?', { passages: inns })).toMatch(/^In guests.md/);
  });

  it('doubts a quote without the telephone number that is asked for', () => {
    const orders = [
      { title: 'orders', text: 'id: TW-2043; customer: Moira Keane; total: 21.0; on: 24.09.2026' },
    ];
    expect(reply('What is the phone number of Moira Keane?', { passages: orders })).toMatch(/^I am not sure/);
    const phones = [{ title: 'phones', text: 'Moira Keane, office: 021 555 01' }];
    expect(reply('What is the phone number of Moira Keane?', { passages: phones })).toMatch(/^In phones/);
  });

  it('reads a question without words of its own as one about what was asked before', () => {
    const trip = [{ title: 'trip', text: 'We meet on Monday. The coach leaves from the main gate.' }];
    const history = talk('When does the coach leave?', 'I found nothing that answers this.');
    expect(reply('From where?', { passages: trip, history })).toContain(
      '“The coach leaves from the main gate.”',
    );
  });

  it('quotes what to do about something with the sentence after it', () => {
    const text = 'The map stays grey without coordinates. Add lat and lon to the notes. Save them all.';
    expect(
      reply('What can I do when the map stays grey?', { passages: [{ ...passages[0]!, text }] }),
    ).toContain('without coordinates. Add lat and lon to the notes.');
  });

  it('doubts a quote without a word of the question that no passage has', () => {
    const text = 'A card costs 10 euros.';
    expect(reply('How much does a bell cost?', { passages: [{ ...passages[0]!, text }] })).toMatch(
      /^I am not sure/,
    );
  });

  it('marks passages as uncertain that are weak or lack a code, number or name of the question', () => {
    const weak = passages.map((passage) => ({ ...passage, isWeak: true }));
    expect(reply('Is bread free?', { passages: weak })).toBe(
      'I am not sure that this answers it. In Menu: “Bread is free.” [1]',
    );
    expect(reply('Is bread free in Room B7?', { passages, notFound: ['B7'] })).toBe(
      '“B7” stands nowhere in what I found, so this may be about something else. In Menu: “Bread is free.” [1]',
    );
  });

  it.each([
    ['What is my name?', 'You told me that your name is Ada Lovelace.'],
    ['what did I ask before?', 'Before this you wrote: “Which film has a red balloon?”'],
    [
      'What was my first question?',
      'The first thing you wrote was: “My name is Ada Lovelace. I live in Ulm.”',
    ],
    ['What did I say about the balloon?', 'You wrote: “Which film has a red balloon?”'],
    ['What did you say?', 'Before this I answered: “The Red Balloon (1956).”'],
    ['Where do I live?', 'You told me: “I live in Ulm.”'],
  ])('answers "%s" from the conversation', (message, answer) => {
    const history = talk(
      'My name is Ada Lovelace. I live in Ulm.',
      'Nice to meet you.',
      'Which film has a red balloon?',
      'The Red Balloon (1956).',
    );
    expect(reply(message, { history, passages })).toBe(answer);
  });

  it('takes a passage for the answer rather than the question asked before', () => {
    const history = talk('I want to know when the kitchen closes.', 'I found nothing.');
    expect(reply('When do I have to come before the kitchen closes?', { history, passages })).toMatch(
      / \[2\]/,
    );
  });

  it.each([
    ["What is my sister's name?", 'You told me: “My sister is called Mira.”'],
    ['What is my dog called?', 'You told me: “The name of my dog is Rex.”'],
    ['What am I called?', 'You told me that your name is Tomasz.'],
  ])('knows what is called what: "%s"', (message, answer) => {
    const said =
      'My name is Tomasz and I live in Porto. My sister is called Mira. The name of my dog is Rex.';
    expect(reply(message, { history: talk(said, 'Hello!', 'Tell me about rivers.', 'Well.') })).toBe(answer);
  });

  it('states that the conversation has no answer', () => {
    expect(reply('What is my name?')).toBe('You have not told me your name.');
    expect(reply('What did I say before?')).toBe('Nothing was said before this.');
  });

  it('takes the last name given', () => {
    const history = talk("Hi, I'm Ada.", 'Hello!', 'Call me Countess', 'As you like.');
    expect(reply('do you know my name', { history })).toBe('You told me that your name is Countess.');
    expect(reply('who am I?', { history: history.slice(0, 2) })).toBe('You told me that your name is Ada.');
  });

  it('repeats the context as data when asked about it', () => {
    const context = { page: 'dashboard', user: { plan: 'free', seats: 3 } };
    expect(reply('Which page am I on?', { context })).toBe(
      'The data sent with your message says: page: dashboard.',
    );
    expect(reply('How many seats has the user?', { context })).toMatch(/user seats: 3/);
    expect(reply('What is in the context?', { context })).toBe(
      'The data sent with your message says: page: dashboard; user plan: free; user seats: 3.',
    );
    expect(reply('Why is the sky blue?', { context })).not.toMatch(/dashboard/);
  });
});

describe('composeReply about itself', () => {
  it.each([
    ['What can you do?', /quote your documents/],
    ['Who are you?', /assistant.*No language model/],
    ['How do I upload a file?', /POST \/upload/],
  ])('answers "%s" as what it is', (message, answer) => {
    expect(reply(message, { passages })).toMatch(answer);
  });

  it.each(['yes', 'Ja, bitte', 'ok!'])('takes no passage for the answer to "%s"', (message) => {
    const answer = reply(message, { passages });
    expect(answer).toMatch(/whole sentence/);
    expect(answer).not.toMatch(/\[\d\]/);
  });

  it('states that it has only a part of the conversation', () => {
    const history = talk('Which soup is there?', 'Tomato.');
    expect(reply('What is my name?', { history, earlier: ['I live in Ulm.'] })).toMatch(/not all of it/);
    expect(reply('What was my first question?', { history, earlier: [] })).toMatch(
      /no longer see the beginning/,
    );
    expect(reply('What is my name?', { history, earlier: ['My name is Zelda.'] })).toMatch(/Zelda/);
  });

  it('quotes the beginning', () => {
    expect(reply('What did I ask at the beginning?', { history: talk('Where is Ulm?', 'There.') })).toBe(
      'The first thing you wrote was: “Where is Ulm?”',
    );
  });

  it.each([
    [
      'How many bedrooms does the flat have?',
      'The flat at 14 Quay Street, second floor, is let from 1 May 2031.',
    ],
    ['Who painted the lighthouse?', 'The lighthouse was built by the engineer Josephine Tarrant.'],
    [
      'How many employees does Brightwater have?',
      'Every employee of Brightwater has 29 days of paid holiday.',
    ],
    ['Wie groß ist die Garage?', 'Die Garage Nr. 7 wird ab dem 1. Februar 2030 vermietet.'],
  ])('doubts quotes without what is asked for: %s', (message, text) => {
    const found = [{ title: 'a.txt', text, score: 0.9, isWeak: false }];
    expect(composeReply({ instructions: '', history: [], message, passages: found })).toMatch(
      /^I am not sure/,
    );
  });

  it.each([
    ['How many floors does the tower have?', 'The tower has twelve floors and a lift.'],
    ['Who built the lighthouse?', 'The lighthouse was built by the engineer Josephine Tarrant.'],
  ])('does not doubt those with it: %s', (message, text) => {
    const found = [{ title: 'a.txt', text, score: 0.9, isWeak: false }];
    expect(composeReply({ instructions: '', history: [], message, passages: found })).toMatch(/^In a.txt/);
  });
});
