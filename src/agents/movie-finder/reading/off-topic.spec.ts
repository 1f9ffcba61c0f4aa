import { isOffTopic } from './off-topic.js';
import { fold } from './words.js';

it.each([
  'what is the capital of France?',
  'how do I reset my password?',
  'what is 2+2?',
  'write me a python script that sorts a list',
  'who won the world cup in 2014?',
  'translate good morning into German',
  'what is the weather like tomorrow?',
  'can you book me a flight to Rome?',
  'tell me a joke',
  'sing me a song',
  'I hate you',
])('"%s" has nothing to do with films', (text) => expect(isOffTopic(fold(text))).toBe(true));

it.each([
  'a film about the weather',
  'tell me a love story about a singer',
  'a man writes a letter to his love',
  'who won the race at the end?',
  '2 3',
  'a script writer in a hotel room',
  'what time is it set in?',
  'how long is it?',
])('"%s" may', (text) => expect(isOffTopic(fold(text))).toBe(false));
