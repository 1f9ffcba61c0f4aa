import { byPosition, isPlace, namesPlace, pointAt, type Choice } from '../lookup/choice.js';
import { countOf, isEmpty, merge } from '../memory/criteria.js';
import type { Film } from '../../../catalogue/film.js';
import { asks, isCertain, lookOrAsk, offerOf, searchAgain, smallTalk, turnDown } from './actions.js';
import { isPronoun } from '../reading/asked-title.js';
import { isPersonal } from '../reading/off-topic.js';
import { favourite } from '../lookup/favourite.js';
import { filmsOf, type Action, type TurnContext } from './turn-context.js';
import { isBare, saysTaste, type Reading } from '../reading/understand.js';

/** A request to start over is short. */
const SHORT = 3;

/** The state machine: what a message means depends on the phase it comes in. */
export function decide(context: TurnContext): Action {
  const { memory, reading } = context;
  if (reading.intents.has('restart') && reading.content.length < SHORT) return startOver(context);
  if (reading.isOffTopic && context.titles.length === 0) return { do: 'chat', about: 'off-topic' };
  const overview = overviewOf(context);
  if (overview) return overview;
  if (context.people.length > 0 && context.titles.length === 0 && isPersonal(reading.text))
    return { do: 'chat', about: 'off-topic' };
  if (context.missing) return offerOthers(context, context.missing);
  switch (memory.phase) {
    case 'discovery':
      return discover(context);
    case 'confirmation':
      return confirm(context);
    case 'qa':
      return converse(context);
  }
}

/** A question about several films or the whole catalogue: it is answered in every phase. */
function overviewOf(context: TurnContext): Action | null {
  const { compared, reading, wanted, shown } = context;
  if (compared) return { do: 'compare', compared };
  const { counted, order } = reading;
  if (counted && (counted === 'catalogue' || shown.length > 1))
    return { do: 'count', criteria: wanted, among: counted === 'offer' ? filmsOf(shown) : null };
  return order && !isAboutOne(context)
    ? { do: 'search', criteria: wanted, rejected: [], always: true, order }
    : null;
}

/** A superlative that is a part of a title, or of a question about the film that is talked about. */
const isAboutOne = ({ memory, reading, titles }: TurnContext) =>
  titles.some(isCertain) ||
  (memory.phase === 'qa' &&
    asks(reading, true) &&
    !/^(?:and |so )?(?:what|which|show|give)\b/.test(reading.text));

/** The requested film is not in the catalogue: only others of its title may replace it. */
function offerOthers(
  { memory }: TurnContext,
  { title, others }: NonNullable<TurnContext['missing']>,
): Action {
  const { criteria, rejected } = memory;
  return others.length > 0
    ? { do: 'offer', matches: [...others], rejected, answering: false, missing: title }
    : { do: 'ask', criteria, note: 'unknown-title', rejected };
}

function startOver({ wanted }: TurnContext): Action {
  return countOf(wanted) > 1
    ? { do: 'search', criteria: wanted, rejected: [], always: true }
    : { do: 'ask', criteria: wanted, note: 'fresh', rejected: [] };
}

/** There are no candidates: search, or ask for more criteria. */
function discover(context: TurnContext): Action {
  const { memory, reading, wanted, titles, unknownLike } = context;
  const offer = offerOf(context, titles);
  if (offer) return offer;
  const talk = smallTalk(reading);
  if (talk) return { do: 'chat', about: talk };
  if (isBare(reading) && namesPlace(reading.text)) return { do: 'chat', about: 'no-list' };

  if (wantsAnother(reading) && memory.rejected.length > 0 && countOf(memory.criteria) > 1)
    return { do: 'search', criteria: memory.criteria, rejected: memory.rejected, always: true };
  const surprise = reading.intents.has('surprise');
  const before = surprise ? { ...memory.criteria, about: [] } : memory.criteria;
  const startsAnew = reading.intents.has('replace') && saysTaste(reading.taste);
  const criteria = startsAnew ? wanted : merge(before, wanted);
  if (unknownLike !== null && countOf(criteria) < 2)
    return { do: 'ask', criteria, note: 'unknown-like', rejected: memory.rejected };
  const unsure = reading.intents.has('unsure') && (!isEmpty(criteria) || memory.asked.length > 1);
  const wantsFilms =
    surprise || unsure || reading.intents.has('best') || reading.intents.has('list') || reading.wantsCheering;
  return lookOrAsk(context, criteria, memory.rejected, wantsFilms);
}

/** "Another one", and nothing else. */
const wantsAnother = (reading: Reading) =>
  isBare(reading) && (reading.intents.has('other') || reading.intents.has('more'));

/** Candidates are shown: one of them is chosen, or another search begins. */
function confirm(context: TurnContext): Action {
  const { memory, reading, wanted, shown, titles } = context;
  const { intents, like } = reading;
  const films = filmsOf(shown);
  const others = titles.filter(({ film }) => !films.some(({ id }) => id === film.id));
  const isOther =
    others.some(isCertain) && others.length === titles.length && !byPosition(reading.text, films);
  const choice = like === null && !isOther ? choiceOf(reading, films) : null;
  const wantsFact = asks(reading, films.length === 1 && !titles.some(isCertain)) && !isTitleGuess(reading);
  if (isOther && asksAboutNamed(reading)) {
    const offer = offerOf(context, others);
    if (offer) return offer;
  }
  if (wantsFact) return { do: 'answer', films: choice?.films ?? focusOf(context) ?? films };
  if (intents.has('seen') && !wantsOtherKind(reading)) return turnDown(context, choice?.films ?? films);
  if (choice?.negated) return turnDown(context, choice.films);
  if (choice && !(intents.has('other') && choice.films.length > 1)) {
    const among = shown.filter(({ film }) => choice.films.includes(film));
    const [only] = among;
    return only && among.length === 1 ? { do: 'confirm', match: only } : { do: 'clarify', among };
  }

  const offer = offerOf(context, others);
  if (offer) return offer;
  if (intents.has('yes') && !saysTaste(reading.taste) && !like && wanted.people.length === 0) {
    const match = shown.find(({ film }) => film.id === memory.focus) ?? favourite(shown);
    return match ? { do: 'confirm', match } : { do: 'clarify', among: [] };
  }
  if (isPlace(reading.text)) return { do: 'clarify', among: [] };
  const again = searchAgain(context);
  if (again) return again;
  const talk = smallTalk(reading);
  return talk ? { do: 'chat', about: talk } : { do: 'clarify', among: [] };
}

/** A film is confirmed: answer about it, unless the user is looking for another one. */
function converse(context: TurnContext): Action {
  const { memory, reading, wanted, shown, confirmed, titles } = context;
  const { intents, isQuestion, topics } = reading;
  if (!confirmed) return discover(context);
  const { film } = confirmed;
  const rejected = [...memory.rejected, film.id];
  if (reading.like !== null && wanted.like !== null)
    return { do: 'search', criteria: wanted, rejected, always: true };

  const wantsFact = asks(reading, true);
  const [earlier] = (wantsFact ? null : byPosition(reading.text, filmsOf(shown))) ?? [];
  const meant = shown.find((match) => match.film === earlier);
  if (meant && meant.film.id !== film.id) return { do: 'confirm', match: meant };

  const others = titles.filter((match) => match.film.id !== film.id);
  const [named] = asksAboutNamed(reading) ? others.filter(isCertain) : [];
  if (wantsFact && named) return { do: 'answer', films: [named.film] };
  const corrects = intents.has('correction') || intents.has('request') || intents.has('no') || !wantsFact;
  const offer = offerOf(context, corrects ? others : isQuestion ? [] : others.filter(isCertain));
  if (offer) return offer;

  const asksTopic = wantsFact && topics.length > 0;
  const turnsAway =
    intents.has('other') || intents.has('no') || intents.has('more') || intents.has('correction');
  if (turnsAway && !asksTopic) {
    const criteria = intents.has('no') ? merge(memory.criteria, wanted) : wanted;
    const always = (intents.has('no') || intents.has('list')) && !isEmpty(criteria);
    return lookOrAsk(context, criteria, rejected, always);
  }
  const seeks =
    wanted.people.length > 0 ||
    intents.has('request') ||
    intents.has('list') ||
    intents.has('surprise') ||
    saysTaste(reading.taste);
  if (seeks && !wantsFact && !(isEmpty(wanted) && !intents.has('surprise')))
    return lookOrAsk(context, wanted, rejected, intents.has('surprise') || intents.has('list'));
  const talk = wantsFact ? null : smallTalk(reading);
  if (talk) return { do: 'chat', about: talk };
  return wantsFact || reading.content.length > 0
    ? { do: 'answer', films: [film] }
    : { do: 'chat', about: 'nod' };
}

/** "Who directed Jaws?" is about that film, whichever is talked about. */
const asksAboutNamed = ({ isQuestion, asked, intents }: Reading) =>
  isQuestion && asked !== null && !isPronoun(asked) && !intents.has('correction');

/** "I have seen those, a western please" is more than a refusal. */
const wantsOtherKind = ({ taste, era, like }: Reading) => saysTaste(taste) || era !== null || like !== null;

function choiceOf({ choice, text }: Reading, films: readonly Film[]): Choice | null {
  const picked = choice === null ? undefined : films[choice];
  return picked ? { films: [picked], negated: false } : pointAt(text, films);
}

/** "Is it Alien?" names the film that is meant; it is no question about the candidates. */
const isTitleGuess = ({ topics, text, taste }: Reading) =>
  topics.length === 0 && /^(?:is|was|could|isnt|might) (?:it|this|that)\b/.test(text) && !saysTaste(taste);

function focusOf({ memory, shown }: TurnContext): Film[] | null {
  const focus = shown.find(({ film }) => film.id === memory.focus) ?? favourite(shown);
  return focus && [focus.film];
}
