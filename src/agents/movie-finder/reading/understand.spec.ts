import { understand } from './understand.js';

describe('titles', () => {
  it.each([
    ['the matrix', 'the matrix'],
    ['Is it Titanic?', 'titanic'],
    ["I think it's called Heat", 'heat'],
    ['i want to watch jaws please', 'jaws'],
    ['heat from 1995', 'heat'],
    ['titanic with leonardo dicaprio', 'titanic'],
    ['who directed The Shining?', 'the shining'],
    ['that one, "A Fish Called Wanda", with the bank robbers and the dog that dies', 'A Fish Called Wanda'],
    ['1917', '1917'],
    ['her', 'her'],
  ])('%s → %s', (message, title) => expect(understand(message).titles).toContain(title));

  it.each([
    'a comedy',
    'from the eighties',
    'with a ghost',
    'about a man who sees a ghost every night in his flat',
  ])('%s names none', (message) => expect(understand(message).titles).toEqual([]));
});

describe('likeness', () => {
  it.each([
    ['something like Alien but funnier', { title: 'alien' }],
    ['like inception', { title: 'inception' }],
    ['films similar to Blade Runner from the 80s', { title: 'blade runner' }],
    ['I loved Jaws and want more like that', { title: 'jaws' }],
    ['anything similar to Her', { title: 'her' }],
    ['something similar to Alien', { title: 'alien' }],
    ['similar films to Alien', { title: 'alien' }],
    ['the same kind of film as Alien', { title: 'alien' }],
    ['I loved Up, what next?', { title: 'up' }],
    ['I loved it, what next?', null],
    ['I LOVED IT', null],
    ['something similar to this', 'this'],
    ['the same kind of film', 'this'],
    ['something like this but darker', 'this'],
    ['similar films?', 'this'],
    ["I'd like a comedy", null],
    ['I love comedies', null],
    ['a boy who looks like his father', null],
  ])('%s', (message, like) => expect(understand(message).like).toEqual(like));
});

describe('story', () => {
  it.each([
    ["I'm looking for a movie about a shark", 'a shark'],
    ['that film where a guy relives the same day', 'a guy relives the same day'],
    ['hello, can you help me find something with a robot please', 'a robot please'],
    ['a funny comedy from the 80s', ''],
    ['surprise me', ''],
    ['I saw that one already', ''],
    ['I loved Up, what next?', ''],
    ['no', ''],
    ['robots but not a cartoon', 'robots'],
  ])('%s → %s', (message, story) => expect(understand(message).story).toBe(story));

  it('leaves out excluded criteria', () => {
    expect(understand('a park, but no dinosaurs')).toMatchObject({
      unwanted: ['dinosaurs'],
      content: ['park'],
    });
    expect(understand('a man with no name').unwanted).toEqual([]);
  });
});

describe('questions', () => {
  it.each([
    ['who directed it?', ['director']],
    ['when did it come out and who is in it', ['year', 'cast']],
    ['how long is it', ['runtime']],
    ['what is it rated on imdb?', ['rating']],
    ['imdb link?', ['imdb']],
    ['is it based on a true story?', ['source']],
    ['where can I stream it?', ['streaming']],
    ['where was it filmed?', ['location']],
    ['who plays Neo?', ['role']],
    ['is it ok for my kids?', ['audience']],
    ['how does it end?', ['ending']],
    ['tell me more about it', ['plot']],
    ['is it scary?', []],
  ])('%s', (message, topics) => expect(understand(message)).toMatchObject({ isQuestion: true, topics }));

  it.each(['can you recommend a thriller?', 'what about Vertigo?', 'do you have any westerns?', 'a comedy'])(
    '%s is none',
    (message) => expect(understand(message).isQuestion).toBe(false),
  );
});

describe('intents', () => {
  it.each([
    ["yes that's it", 'yes'],
    ['Exactly!', 'yes'],
    ['none of these', 'no'],
    ['nope', 'no'],
    ["I've already seen that", 'no'],
    ['something else', 'other'],
    ['another one', 'other'],
    ['any others?', 'more'],
    ['show me more', 'more'],
    ['start over', 'restart'],
    ["I don't care", 'surprise'],
    ['anything', 'surprise'],
    ['no idea', 'unsure'],
    ["I can't remember", 'unsure'],
    ['hi there', 'greeting'],
    ['thanks!', 'thanks'],
    ['who are you?', 'help'],
    ['not the remake', 'original'],
  ] as const)('%s → %s', (message, intent) => expect(understand(message).intents).toContain(intent));

  it.each([
    ['no idea', 'no'],
    ['anything scary', 'surprise'],
    ["guys who can't remember anything", 'unsure'],
    ['a man falls in love with another woman', 'other'],
    ['not the remake', 'remake'],
  ] as const)('%s is not %s', (message, intent) => expect(understand(message).intents).not.toContain(intent));
});

describe('feelings', () => {
  it('are not seen in a greeting', () => {
    expect(understand('Hello! I would like to watch a film.')).toMatchObject({
      wantsCheering: false,
      taste: { moods: [] },
    });
  });
});
