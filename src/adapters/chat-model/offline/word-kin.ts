import type { LanguageCode } from '../../../search/languages.js';
import { documentTerms, type QueryTerm } from '../../../search/terms.js';

/** Forms of one word that no stem joins, one verb a line. */
const FORMS = `
lose lost
pay paid
keep kept
build built
write wrote written
give gave given
begin began begun
find found
take took taken
leave left
buy bought
sell sold
hold held
send sent
speak spoke spoken
meet met
make made
run ran
teach taught
come came
go went gone
know knew known
grow grew grown
drive drove driven
eat ate eaten
break broke broken
choose chose chosen
win won
wear wore worn
fall fell fallen
fly flew flown
steal stole stolen
spend spent
lend lent
bring brought
think thought
catch caught
lead led
tell told
say said
see saw seen
child children
person people
man men
woman women
foot feet
mouse mice
`;
/** Synonyms of questions and texts, one meaning a line. */
const MEANINGS = `
heavy weight weigh weighs kg gewicht wiegt
tall height high metres meters
fast speed quick mph
wide width
deep depth
old age born
big large size area
loud noise decibels
warm hot cold temperature degrees
price cost fee charge admission entrance expensive
far distance
boss manager director head chair chairs chaired leader leads
own owner owned landlord
absent apologies excused
attend attended present
start begin starts begins
end expire ends expires
phone telephone tel
money balance budget
salary pay wage
buy purchase
print prints pages
report tell inform notify
make makes made manufacturer manufactured producer produced manufactures
teach teaches teacher lecturer instructor tutor taught professor
chair chairs chaired chairman chairwoman chairperson presided
write wrote written author
found founded founder established
maintain maintains maintainer
earn earns salary gross wage pay
dog cat pet pets
big main largest
scan photo pictures photography photographs
ingredient contains
freeze frozen
cash notes
rain rainy wet
furnish supply supplier
saturday sunday weekend weekends
`;
const GERMAN_MEANINGS = `
schwer gewicht wiegt
teuer preis kosten kostet
lang dauer dauert lange
alt alter jahre
leiter leiterin leitet chef chefin
besitzer eigentümer eigentümerin gehört
hersteller herstellt hergestellt
verdient gehalt lohn brutto
`;
const OF_FORM = 1;
const OF_MEANING = 0.6;

type Kin = Map<string, Map<string, number>>;

const forms = kinOf(FORMS, OF_FORM, 'en');
const meanings = kinOf(MEANINGS, OF_MEANING, 'en', kinOf(GERMAN_MEANINGS, OF_MEANING, 'de'));

function kinOf(lines: string, weight: number, language: LanguageCode, kin: Kin = new Map()): Kin {
  for (const line of lines.trim().split('\n')) {
    const stems = line.split(' ').map((word) => documentTerms(word, language).terms[0] ?? word);
    for (const stem of stems) {
      const others = kin.get(stem) ?? new Map<string, number>();
      for (const other of stems) if (other !== stem) others.set(other, weight);
      kin.set(stem, others);
    }
  }
  return kin;
}

/** A word of a question with its other forms. */
export const withForms = (term: QueryTerm): QueryTerm => withNear(term, forms);

/** A word with its other forms, and those by which a text may call the same. */
export const withMeanings = (term: QueryTerm): QueryTerm => withNear(withForms(term), meanings);

function withNear(term: QueryTerm, kin: Kin): QueryTerm {
  const found = term.forms.flatMap((form) => [...(kin.get(form) ?? [])]);
  return found.length > 0 ? { ...term, near: new Map([...found, ...term.near]) } : term;
}
