/** The genres films are filed under. */
// prettier-ignore
export const GENRES = [
  'Action', 'Adventure', 'Animation', 'Biography', 'Comedy', 'Crime', 'Documentary', 'Drama', 'Family', 'Fantasy',
  'Film-Noir', 'History', 'Horror', 'Music', 'Musical', 'Mystery', 'Romance', 'Sci-Fi', 'Sport', 'Thriller', 'War',
  'Western',
] as const;

/** The criteria that a word or phrase means. */
export interface Meaning {
  genres?: readonly string[];
  moods?: readonly string[];
}

export interface Entry extends Meaning {
  /** The source of a regular expression over folded text, matched on whole words. */
  phrase: string;
  /** Also an everyday word: its genres count only where a kind of film is named. */
  loose?: boolean;
}

/** Longer phrases first where one begins like another. */
export const LEXICON: readonly Entry[] = [
  { phrase: 'rom ?coms?|romantic comed(?:y|ies)|comedy romances?', genres: ['Romance', 'Comedy'] },
  { phrase: 'dark comed(?:y|ies)|black comed(?:y|ies)', genres: ['Comedy'], moods: ['dark'] },
  { phrase: 'dramed(?:y|ies)', genres: ['Comedy', 'Drama'] },
  { phrase: 'comed(?:y|ies)|comedic|slapstick|parod(?:y|ies)|spoofs?', genres: ['Comedy'] },
  {
    phrase: 'sci ?fi|scifi|science fiction|space operas?|cyberpunk|dystopian?s?|alien (?=film|movie)',
    genres: ['Sci-Fi'],
  },
  { phrase: 'horrors?|slashers?|creature features?', genres: ['Horror'] },
  { phrase: '(?:zombie|vampire|ghost|monster) (?:films?|movies?|flicks?)', genres: ['Horror'] },
  {
    phrase: 'scary|scar(?:ier|iest)|frightening|terrifying|spooky|creepy|hair raising|jump ?scares?',
    genres: ['Horror'],
    moods: ['scary'],
    loose: true,
  },
  { phrase: 'film ?noirs?|noirs?', genres: ['Film-Noir'] },
  { phrase: 'thrillers?|nail ?biters?', genres: ['Thriller'] },
  { phrase: 'dramas?', genres: ['Drama'] },
  { phrase: 'westerns?|cowboy (?:films?|movies?)', genres: ['Western'] },
  { phrase: 'musicals?', genres: ['Musical'] },
  {
    phrase: 'cartoons?|animations?|animated|animes?|pixar|disney|studio ghibli|ghibli|stop motion|claymation',
    genres: ['Animation'],
  },
  { phrase: 'documentar(?:y|ies)|docus?|docs', genres: ['Documentary'] },
  { phrase: 'biopics?|biograph(?:y|ies)|biographical', genres: ['Biography'] },
  {
    phrase: 'whodunn?its?|murder myster(?:y|ies)|detective (?:films?|movies?|stor(?:y|ies))',
    genres: ['Mystery'],
  },
  { phrase: 'gangster|mafia|mob|heist(?= film| movie|$)|crime', genres: ['Crime'], loose: true },
  { phrase: 'war', genres: ['War'], loose: true },
  { phrase: 'action(?: packed)?|martial arts|kung fu|superhero(?:es)?', genres: ['Action'], loose: true },
  { phrase: 'adventures?|swashbucklers?', genres: ['Adventure'], loose: true },
  { phrase: 'fantas(?:y|ies)|fairy ?tales?', genres: ['Fantasy'], loose: true },
  { phrase: 'myster(?:y|ies)', genres: ['Mystery'], loose: true },
  { phrase: 'romances?|love stor(?:y|ies)|date night|chick flicks?', genres: ['Romance'], loose: true },
  {
    phrase:
      'famil(?:y|ies)|family friendly|for (?:the |my )?(?:whole family|kids|children)|kids|childrens|kid friendly',
    genres: ['Family'],
    loose: true,
  },
  {
    phrase:
      '(?:suitable |good |ok )?for (?:(?:an?|my|our|the|two|three|little|young) )*(?:[2-9]|1[0-2]) (?:and (?:[2-9]|1[0-2]) )?(?:years? olds?|yo)(?: (?:kids?|sons?|daughters?|children|child|boys?|girls?|nephews?|nieces?))?|(?:my|our) (?:kid|son|daughter|child|nephew|niece|boy|girl) (?:is|turns) (?:[2-9]|1[0-2])(?: years? old)?(?: and loves?)?|(?:my|our) (?:[2-9]|1[0-2]) years? old',
    genres: ['Family'],
  },
  { phrase: 'sports?|boxing|football|baseball', genres: ['Sport'], loose: true },
  { phrase: 'histor(?:y|ical)|period|costume', genres: ['History'], loose: true },
  { phrase: 'music', genres: ['Music'], loose: true },

  {
    phrase:
      'feel ?good|uplifting|cheer(?:ful|y|ing)|happ(?:y|ier)|light(?: ?hearted|er)?|comfort(?:ing)?|cozy|cosy|fun',
    moods: ['feel-good'],
  },
  {
    phrase:
      'funn(?:y|ier|iest)|hilarious|humou?r(?:ous)?|(?:to )?(?:make (?:me|us) )?laugh(?: out loud)?s?|silly|goofy|wacky',
    moods: ['funny'],
  },
  { phrase: 'dark(?:er|est)?|bleak(?:er)?|disturbing|twisted|grim(?:mer)?', moods: ['dark'] },
  {
    phrase:
      'sad(?:der|dest)?|tear ?jerkers?|(?:make|makes) me cry|cry|tragic|melancholic|melancholy|heart ?breaking|depressing',
    moods: ['sad'],
  },
  { phrase: 'heart ?warming|wholesome|sweet(?:er)?|touching|tender|warm', moods: ['heartwarming'] },
  {
    phrase:
      'mind ?(?:bending|blowing|fuck)|mind ?benders?|trippy|surreal|confusing|(?:big |plot |weird )?twists?(?: endings?)?|twisty',
    moods: ['mind-bending'],
  },
  {
    phrase:
      'thought provoking|deep(?:er)?|intelligent|smart(?:er)?|clever|philosophical|makes me think|cerebral|profound',
    moods: ['thought-provoking'],
  },
  { phrase: 'romantic', moods: ['romantic'] },
  {
    phrase: 'suspense(?:ful)?|edge of (?:my|the|your) seat|gripping|thrilling|exciting|nail biting',
    moods: ['suspenseful'],
  },
  { phrase: 'tense(?:r)?|intense|stressful|nerve ?wracking', moods: ['tense'] },
  { phrase: 'epics?|grand|sweeping', moods: ['epic'] },
  { phrase: 'grit(?:ty|tier)|raw|realistic', moods: ['gritty'] },
  { phrase: 'violent|violence|gory|gore|bloody|brutal', moods: ['violent'] },
  { phrase: 'whimsical|magical|charming|dreamy|enchanting', moods: ['whimsical'] },
  { phrase: 'quirk(?:y|ier)|offbeat|weird(?:er)?|strange(?:r)?|odd|eccentric|indie', moods: ['quirky'] },
  { phrase: 'nostalgi(?:c|a)', moods: ['nostalgic'] },
  { phrase: 'inspir(?:ing|ational)|motivat(?:ing|ional)|underdog', moods: ['inspiring'] },
  { phrase: 'atmospheric|moody|slow burn(?:er)?s?|eerie|beautiful', moods: ['atmospheric'] },
  { phrase: 'satir(?:e|es|ical)|ironic|witty', moods: ['satirical'] },
];

/** How the wanted film differs from the one it is compared with. */
export type Shift = 'older' | 'newer' | 'shorter' | 'longer';

export const SHIFTS: readonly [phrase: string, shift: Shift][] = [
  ['(?:an )?(?:older|earlier)(?= film| movie| one|$| than| and| but| please)', 'older'],
  ['(?:newer|more (?:recent|modern))(?= film| movie| one|$| than| and| but| please)', 'newer'],
  [
    '(?<=something |anything |a |but |one |made |little |bit |^)later(?= film| movie| one|$| than| please)',
    'newer',
  ],
  ['shorter|less long|not (?:so|as|too) long', 'shorter'],
  ['longer', 'longer'],
];

/** Comparisons that ask for a kind of film, not only for a shade of it. */
export const STRONG_COMPARISONS: readonly [phrase: string, meaning: Meaning][] = [
  ['funnier|more (?:funny|humou?r|comedy|laughs)', { genres: ['Comedy'], moods: ['funny'] }],
  ['scarier|more (?:scary|horror|frightening)', { genres: ['Horror'], moods: ['scary'] }],
  ['more romantic|more romance', { genres: ['Romance'], moods: ['romantic'] }],
  ['more action', { genres: ['Action'] }],
  ['(?:but )?(?:for|with) (?:the |my )?(?:kids|children|family)', { genres: ['Family'] }],
];

/** Also surnames; "a French film" names nobody. */
export const NATIONALITIES: ReadonlySet<string> = new Set(
  (
    'french english british german italian spanish american irish scottish welsh russian japanese korean chinese ' +
    'indian swedish danish norwegian finnish polish mexican brazilian australian african european iranian turkish'
  ).split(' '),
);
