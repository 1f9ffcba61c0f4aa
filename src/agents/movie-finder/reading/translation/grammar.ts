import type { Language } from './vocabulary.js';

export interface Grammar {
  /** Words that identify the language and are not English. */
  markers: ReadonlySet<string>;
  /** Turns of phrase over folded text, before single words are looked up. */
  phrases: readonly [pattern: RegExp, english: string][];
  /** Function words with their English translations; empty for those that are left out. */
  small: ReadonlyMap<string, string>;
}

const set = (words: string) => new Set(words.split(' '));
const DECADES: Record<string, string> = {
  zwanziger: '20s', dreissiger: '30s', vierziger: '40s', funfziger: '50s', sechziger: '60s', siebziger: '70s', achtziger: '80s', neunziger: '90s',
  veinte: '20s', treinta: '30s', cuarenta: '40s', cincuenta: '50s', sesenta: '60s', setenta: '70s', ochenta: '80s', noventa: '90s',
  venti: '20s', trenta: '30s', quaranta: '40s', cinquanta: '50s', sessanta: '60s', settanta: '70s', ottanta: '80s', novanta: '90s',
  vinte: '20s', trinta: '30s', quarenta: '40s', cinquenta: '50s', sessenta: '60s', oitenta: '80s',
  cinquante: '50s', soixante: '60s',
}; // prettier-ignore

/** "a=the b=with c" */
const map = (pairs: string) =>
  new Map(
    pairs
      .split(' ')
      .map((pair) => pair.split('=') as [string, string])
      .map(([word, english]) => [word, (english ?? '').replaceAll('_', ' ')]),
  );

export const GRAMMARS: Record<Language, Grammar> = {
  German: {
    markers: set(
      'ich suche mochte wurde ein eine einen einem einer eines und mit der das dem ist nicht kein keine keinen aus vor uber von auf fur etwas bitte wie uns mir gibt hast kennst empfiehl zeig sehen schauen ohne aber wo lustiges jahre jahren filme geht',
    ),
    phrases: [
      [/\b((?:19|20)?\d0)er(?:n)?(?: jahren?)?\b/g, '$1s'],
      [
        /\b(zwanziger|dreissiger|vierziger|funfziger|sechziger|siebziger|achtziger|neunziger)n?(?: jahren?)?\b/g,
        '§$1',
      ],
      [/\bim stil von\b|\bso (?:etwas|was) wie\b|\bahnlich wie\b/g, 'something like'],
      [/\b(?:ich )?(?:suche|mochte|will|hatte gern|wurde gern|wunsche)(?: gerne?)?(?: mir)?\b/g, 'i want'],
      [/\b(?:empfiehl|zeig|zeige|gib) (?:mir|uns)\b/g, 'show me'],
      [/\bscience fiction\b/g, 'sciencefiction'],
      [/\betwas\b/g, 'something'],
      [/\bfur (?:die )?kinder\b/g, 'for children'],
      [/\bkein(?:e[nrsm]?)? (\p{L}+?)film(?:e)?\b/gu, 'no $1 film'],
    ],
    small: map(
      'ein=a eine=a einen=a einem=a einer=a eines=a der=the die=the das=the den=the dem=the des=the und=and oder=or mit=with aus=from von=by vor=before nach=after seit=since uber=about auf=on in=in im=in fur=for ohne=without kein=no keine=no keinen=no keinem=no nicht=not aber=but bitte= ich= mir= uns= ist= es= sehen= schauen= anschauen= man= sich= einfach= mal= wo=where wer=who wie=like zu= zum= zur= ja=yes nein=no sind= wird= war= hat= geht= ans= am= an= dass= gibt= du= kennst= hast= einmal= als= auch= gern= gerne= sehr= welche= welcher= welches= welchen= gedreht=directed spielt=plays spielen=plays gespielt=played',
    ),
  },
  French: {
    markers: set(
      'je cherche voudrais veux un une des les du avec dans sur est et qui ou sans pas avant apres annees quelque chose aimerais montre moi nous film encore il elle avez vous connaissez',
    ),
    phrases: [
      [/\bannees? (2000|2010)\b/g, '$1s'],
      [/\bannees? (?:19)?(\d0)\b/g, '$1s'],
      [/\bsous marin\b/g, 'sousmarin'],
      [/\bnew york\b/g, 'newyork'],
      [/\bannees? (cinquante|soixante)\b(?! dix)/g, '§$1'],
      [/\bannees? soixante dix\b/g, '70s'],
      [/\bannees? quatre vingt dix\b/g, '90s'],
      [/\bannees? quatre vingts?\b/g, '80s'],
      [/\b(?:je )?(?:cherche|voudrais|veux|aimerais)(?: voir| regarder)?\b/g, 'i want'],
      [/\b(?:montre|recommande|conseille)z? (?:moi|nous)\b/g, 'show me'],
      [/\bscience fiction\b/g, 'science fiction'],
      [/\bdessins? animes?\b/g, 'cartoon'],
      [/\bquelque chose de\b|\bquelque chose\b/g, 'something'],
      [/\b(?:une )?histoires? damour\b/g, 'love story'],
      [/\bdhorreur\b/g, 'horreur'],
      [/\bdanimation\b/g, 'animation'],
      [/\bdaventures?\b/g, 'aventure'],
      [/\bpour (?:les )?enfants\b/g, 'for children'],
      [/\bpas de\b|\bpas d\b/g, 'no'],
    ],
    small: map(
      'un=a une=a le=the la=the les=the l=the des= du=from de= d= et=and ou=or avec=with dans=in sur=on par=by avant=before apres=after depuis=since pour=for sans=without pas=not mais=but je= me= moi= nous= est= qui=who que= il= elle= se= son= sa= ses= au=in aux=in a=in en=in ce= cette= tres= plus= sil= vous= plait= voir= regarder= sous= vers= ne= y= quel= quels= quelle= quelles= realise=directed joue=plays',
    ),
  },
  Spanish: {
    markers: set(
      'quiero busco una un unos los las del con en de por para antes despues anos algo pelicula peliculas nada que y sobre recomienda quisiera ver el muy donde',
    ),
    phrases: [
      [/\b(?:los )?anos (2000|2010)\b/g, '$1s'],
      [/\b(?:los )?anos (?:19)?(\d0)\b/g, '$1s'],
      [/\bnueva york\b/g, 'newyork'],
      [/\b(?:los )?(?:anos )?(veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)\b/g, '§$1'],
      [/\b(?:quiero|quisiera|busco|me gustaria)(?: ver)?\b/g, 'i want'],
      [/\brecomienda(?:me|nos)?\b|\bmuestra(?:me|nos)\b/g, 'show me'],
      [/\bciencia ficcion\b/g, 'science fiction'],
      [/\bdibujos animados\b/g, 'cartoon'],
      [/\bcomedia romantica\b/g, 'romantic comedy'],
      [/\bpara (?:los )?ninos\b/g, 'for children'],
      [/\bnada de\b/g, 'no'],
      [/\balgo\b/g, 'something'],
      [/\buna y otra vez\b/g, 'again and again'],
    ],
    small: map(
      'un=a una=a unos= unas= el=the la=the los=the las=the de= del=from y=and e=and o=or con=with en=in sobre=about por=by antes=before despues=after desde=since para=for sin=without no=no pero=but que= se= su= sus= es= al= a= lo= muy= mas= quien=who donde=where me= ver= favor= como=like dirigida=directed dirigidas=directed dirigio=directed',
    ),
  },
  Italian: {
    markers: set(
      'vorrei voglio cerco un una uno il lo gli di del della degli con che per prima dopo anni qualcosa film vedere guardare sul sulla nel nella non consigliami',
    ),
    phrases: [
      [/\banni (2000|2010)\b/g, '$1s'],
      [/\banni (?:19)?(\d0)\b/g, '$1s'],
      [/\bnew york\b/g, 'newyork'],
      [/\banni (venti|trenta|quaranta|cinquanta|sessanta|settanta|ottanta|novanta)\b/g, '§$1'],
      [/\b(?:vorrei|voglio|cerco|mi piacerebbe)(?: vedere| guardare)?\b/g, 'i want'],
      [/\b(?:consiglia|mostra)(?:mi|ci)\b/g, 'show me'],
      [/\bcartoni? animat[oi]\b/g, 'cartoon'],
      [/\bcommedi[ae] romantic(?:a|he)\b/g, 'romantic comedy'],
      [/\bdanimazione\b/g, 'animazione'],
      [/\b(?:storia )?damore\b/g, 'love story'],
      [/\bdavventura\b/g, 'avventura'],
      [/\bper (?:i )?bambini\b/g, 'for children'],
      [/\bqualcosa di\b|\bqualcosa\b/g, 'something'],
      [/\bpesce pagliaccio\b/g, 'clownfish'],
      [/\bpagliaccio pesce\b/g, 'clownfish'],
      [/\bniente\b/g, 'no'],
    ],
    small: map(
      'un=a una=a uno=a il=the lo=the la=the i=the gli=the le=the di= del=from dello=from della=from degli=from dei=from delle=from dagli=from dal=from e=and ed=and o=or con=with in=in nel=in nella=in sul=on su=about sulla=about da=by prima=before dopo=after per=for senza=without non=not ma=but che= si= suo= sua= al= alla= molto= piu= chi=who dove=where mi= favore= vedere= guardare= come=like diretto=directed diretti=directed quali=',
    ),
  },
  Portuguese: {
    markers: set(
      'quero queria procuro um uma uns da dos das com em que por para antes depois anos algo filme filmes sobre nao ver assistir muito gostaria',
    ),
    phrases: [
      [/\banos (2000|2010)\b/g, '$1s'],
      [/\banos (?:19)?(\d0)\b/g, '$1s'],
      [/\bnova (?:york|iorque)\b/g, 'newyork'],
      [/\banos (vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta|noventa)\b/g, '§$1'],
      [/\b(?:quero|queria|procuro|gostaria de)(?: ver| assistir)?(?: a)?\b/g, 'i want'],
      [/\b(?:recomenda|mostra|recomende|mostre)(?: me)?\b/g, 'show me'],
      [/\bficcao cientifica\b/g, 'science fiction'],
      [/\bdesenhos? animados?\b/g, 'cartoon'],
      [/\bcomedia romantica\b/g, 'romantic comedy'],
      [/\bpara (?:as )?criancas\b/g, 'for children'],
      [/\bnada de\b/g, 'no'],
      [/\balgo\b/g, 'something'],
    ],
    small: map(
      'um=a uma=a uns= umas= o=the a=the os=the as=the de= do=from da=from dos=from das=from e=and ou=or com=with em=in no=in na=in nos=in nas=in sobre=about por=by pelo=by antes=before depois=after desde=since para=for sem=without nao=not mas=but que= se= seu= sua= ao= muito= mais= quem=who onde=where me= ver= assistir= favor= como=like dirigido=directed dirigidos=directed quais=',
    ),
  },
};

/** The decade behind the mark that `phrases` leave for a decade in words. */
export const decadeOf = (word: string): string | undefined => DECADES[word];
