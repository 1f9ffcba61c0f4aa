import type { Language } from './vocabulary.js';

/** Whole messages of a dialogue, folded, by their meaning in English. */
const MESSAGES: Record<Language, readonly [english: string, message: string][]> = {
  German: [
    ['which is older , $1', '(?:und )?(?:was|welcher(?: film| von beiden)?) (?:ist|war) (?:der )?altere?r? ?,? (.+ oder .+)'],
    ['which is newer , $1', '(?:und )?(?:was|welcher(?: film| von beiden)?) (?:ist|war) (?:der )?neuere?r? ?,? (.+ oder .+)'],
    ['which is longer , $1', '(?:und )?(?:was|welcher(?: film| von beiden)?) (?:ist|dauert|geht) (?:der )?langere?r? ?,? (.+ oder .+)'],
    ['which is better rated , $1', '(?:und )?(?:was|welcher(?: film| von beiden)?) ist (?:der )?besser(?:e|er)?(?: bewertet)? ?,? (.+ oder .+)'],
    ['how many films do you have', 'wie ?viele filme (?:hast du|habt ihr|gibt es|kennst du|sind es)(?: insgesamt)?'],
    ['how many films by $1 do you have', 'wie ?viele filme (?:von|mit) (.+?)(?: hast du| habt ihr| gibt es| kennst du)?'],
    ['yes', 'ja|jawohl|genau|richtig|stimmt|(?:ja ,? ?)?(?:das|der) ist (?:er|es)|den nehme ich'],
    ['no , another one', 'nein ,? ?(?:etwas anderes|(?:noch )?ein(?:en)? andere[nr]|lieber etwas anderes)'],
    ['no', 'nein|nee|ne|nicht de[rn]|keiner davon'],
    ['i have already seen it', "(?:(?:nein|ja) ,? ?)?(?:den |die |das )?(?:(?:hab|habe) ich |kenn |kenne ich )?(?:schon|bereits) (?:mal )?gesehen|ich (?:hab|habe) (?:den|die|das|ihn|sie|es) (?:schon|bereits)(?: mal)? gesehen|(?:(?:nein|ja) ,? ?)?(?:den|die|das) kenne? ich(?: schon| bereits)?|kenne? ich(?: schon)"],
    ['another one', '(?:bitte )?(?:etwas anderes|(?:noch )?ein(?:en)? (?:andere[nr]|weitere[nr])|einen anderen film|was anderes)'],
    ['something newer', '(?:etwas |was )?neueres'],
    ['something older', '(?:etwas |was )?alteres'],
    ['surprise me', 'uberrasch mich|egal|irgendwas|irgendeiner'],
    ['who directed it', '(?:und )?(?:wer (?:ist|war) (?:der|die) regisseur(?:in)?|wer (?:hat|fuhrte) (?:die )?regie(?: gefuhrt)?|von wem ist (?:er|der film|das))'],
    ['who plays $1', '(?:und )?wer spielt (?!mit)(?:(?:den|die|das) )?(.+)'],
    ['who is in it', '(?:und )?wer spielt (?:da |darin )?(?:alles )?mit|welche schauspieler(?: spielen mit)?'],
    ['when did it come out', '(?:und )?(?:wann (?:kam|ist) (?:er|der film|das) (?:heraus|raus|erschienen|herausgekommen|in die kinos)|wann erschien (?:er|der film)|(?:aus|von) (?:welchem jahr|wann) ist (?:er|der film|das))'],
    ['how long is it', '(?:und )?wie lange? (?:dauert|geht|ist|lauft) (?:er|der film|das)'],
    ['what is it about', '(?:und )?(?:worum geht es(?: in dem film| darin| da)?|worum gehts|wovon handelt (?:er|der film)|was passiert(?: in dem film)?)'],
    ['how is it rated', '(?:und )?(?:wie gut ist (?:er|der film)|wie ist (?:er|der film) bewertet|welche (?:note|bewertung) hat (?:er|der film))'],
    ['is it suitable for children', '(?:ist (?:er|der film|das) )?(?:was |etwas )?fur kinder(?: geeignet)?'],
    ['what language is it in', 'in welcher sprache ist (?:er|der film)|welche sprache'],
    ['what genre is it', 'welches genre(?: ist (?:das|er|es))?|was fur ein film ist (?:das|es)'],
    ['who directed $1', '(?:und )?wer (?:hat |drehte |ist der regisseur von |fuhrte regie bei )(.+?)(?: gedreht| gemacht| inszeniert)?'],
    ['how old is $1', '(?:und )?wie alt ist (?!er$|der film$|das$)(.+)'],
    ['when did $1 come out', '(?:und )?wann (?:kam|ist|erschien) (.+?)(?: heraus| raus| erschienen| herausgekommen| in die kinos)?'],
    ['how long is $1', '(?:und )?wie lange? (?:dauert|geht|lauft) (.+)'],
    ['thanks', 'danke(?: schon| sehr| dir)?|vielen dank'],
    ['hello', 'guten (?:tag|morgen|abend)|moin|servus|gruss gott'],
    ['what is the weather', '(?:wie (?:wird|ist) )?das wetter .*|wie wird das wetter'],
    ['what time is it', 'wie spat ist es|wie viel uhr ist es'],
    ['capital of', '(?:was|wie heisst|wie lautet) (?:ist )?die hauptstadt .*'],
  ],
  French: [
    ['which is older , $1', '(?:quel|lequel)(?: film| des deux)? est (?:le )?plus (?:ancien|vieux) ?,? (.+ ou .+)'],
    ['which is newer , $1', '(?:quel|lequel)(?: film| des deux)? est (?:le )?plus (?:recent|nouveau) ?,? (.+ ou .+)'],
    ['which is longer , $1', '(?:quel|lequel)(?: film| des deux)? est (?:le )?plus long ?,? (.+ ou .+)'],
    ['how many films do you have', 'combien de films (?:avez vous|as tu|connais tu|y a t ?il)'],
    ['how many films by $1 do you have', 'combien de films (?:de|avec) (.+?)(?: avez vous| as tu| connais tu| y a t ?il)?'],
    ['yes', 'oui|ouais|exactement|tout a fait|cest (?:ca|lui|celui la|bien lui)|oui ,? ?(?:cest (?:ca|lui)|celui la)'],
    ['no , another one', 'non ,? ?(?:un autre|autre chose|plutot autre chose)'],
    ['no', 'non|pas (?:lui|celui la|ca)|aucun'],
    ['i have already seen it', '(?:(?:non|oui) ,? ?)?(?:je l ?(?:ai|avais) |jai )?deja vue?|je le connais(?: deja)?'],
    ['another one', 'un autre(?: film)?|autre chose|(?:un|quelque chose) (?:dautre|d autre|de different)|encore un'],
    ['something newer', '(?:quelque chose de |un film )?plus recent'],
    ['something older', '(?:quelque chose de |un film )?plus (?:ancien|vieux)'],
    ['surprise me', 'surprends moi|surprenez moi|peu importe|nimporte lequel'],
    ['who directed it', '(?:et )?(?:qui la (?:realise|fait|tourne)|qui (?:est|etait) l[ea]? ?(?:realisateur|realisatrice)|de qui est (?:il|le film))'],
    ['who plays $1', '(?:et )?qui (?:joue|interprete|incarne) (?!dedans|dans)(?:(?:le role de|le|la) )?(.+)'],
    ['who is in it', '(?:et )?qui joue (?:dedans|dans (?:le|ce) film)|(?:quels|qui) sont les acteurs|avec quels acteurs'],
    ['when did it come out', '(?:et )?(?:quand (?:est il|le film est il) sorti|(?:de|en) quelle annee (?:est il|date t il|est il sorti)|il est sorti quand)'],
    ['how long is it', '(?:et )?(?:combien de temps (?:dure t ?il|dure le film|ca dure)|quelle est sa duree|il dure combien de temps)'],
    ['what is it about', '(?:et )?(?:de quoi (?:parle (?:t ?il|le film|ce film)|ca parle|sagit il)|ca parle de quoi|quelle est lhistoire)'],
    ['how is it rated', '(?:et )?(?:quelle est sa note|quelle note a t ?il|est ce quil est bon|il est bien)'],
    ['is it suitable for children', '(?:est ce (?:que cest|quil est) )?(?:adapte aux |pour (?:les )?)enfants|convient il aux enfants'],
    ['what language is it in', '(?:en|dans) quelle langue(?: est il)?'],
    ['what genre is it', '(?:cest )?quel genre(?: de film)?(?: est ce| cest)?'],
    ['who directed $1', '(?:et )?qui a (?:realise|tourne|fait) (.+)'],
    ['when did $1 come out', '(?:et )?(?:quand|en quelle annee) est sorti (.+)'],
    ['how long is $1', '(?:et )?combien de temps dure (.+)'],
    ['who is in $1', '(?:et )?qui joue dans (.+)'],
    ['thanks', 'merci(?: beaucoup| bien)?'],
    ['hello', 'bonsoir|coucou'],
    ['what is the weather', 'quel temps (?:fait il|fera t ?il).*|quelle est la meteo.*'],
    ['what time is it', 'quelle heure est il|il est quelle heure'],
    ['capital of', 'quelle est la capitale .*'],
  ],
  Spanish: [
    ['which is older , $1', '(?:que|cual)(?: pelicula| de las dos)? es (?:la )?mas (?:antigua|vieja|antiguo|viejo) ?,? (.+ o .+)'],
    ['which is newer , $1', '(?:que|cual)(?: pelicula| de las dos)? es (?:la )?mas (?:nueva|reciente|nuevo) ?,? (.+ o .+)'],
    ['which is longer , $1', '(?:que|cual)(?: pelicula| de las dos)? es (?:la )?mas (?:larga|largo) ?,? (.+ o .+)'],
    ['how many films do you have', 'cuantas peliculas (?:tienes|tiene|hay|conoces)'],
    ['how many films by $1 do you have', 'cuantas peliculas (?:de|con) (.+?)(?: tienes| tiene| hay| conoces)?'],
    ['yes', 'si|claro|exacto|eso es|es es[ea]|si ,? ?es[ea](?: es)?'],
    ['no , another one', 'no ,? ?(?:otr[ao]|otra cosa|algo diferente)'],
    ['i have already seen it', '(?:(?:no|si) ,? ?)?(?:(?:ya )?l[ao] (?:he visto|vi|conozco)(?: ya)?|ya l[ao]s? (?:he visto|vi|conozco))'],
    ['another one', 'otr[ao](?: pelicula)?|otra cosa|algo (?:diferente|distinto)|una diferente'],
    ['something newer', '(?:algo )?mas (?:nuev[ao]|reciente|modern[ao])'],
    ['something older', '(?:algo )?mas (?:viej[ao]|antigu[ao])'],
    ['surprise me', 'sorprendeme|me da igual|cualquiera'],
    ['who directed it', '(?:y )?(?:quien (?:la|lo) (?:dirigio|dirige|hizo)|quien es (?:el director|la directora)|de quien es)'],
    ['who plays $1', '(?:y )?quien (?:interpreta|hace de|encarna)(?: a)? (.+)'],
    ['who is in it', '(?:y )?(?:quien(?:es)? (?:actuan?|salen?|trabajan?)(?: en ella)?|(?:cuales|quienes) son los actores|que actores salen)'],
    ['when did it come out', '(?:y )?(?:cuando (?:salio|se estreno)|de que ano es|en que ano (?:salio|se estreno))'],
    ['how long is it', '(?:y )?cuanto (?:dura|tiempo dura)(?: la pelicula)?'],
    ['what is it about', '(?:y )?(?:de que (?:trata|va)(?: la pelicula)?|de que se trata)'],
    ['how is it rated', '(?:y )?(?:que (?:nota|puntuacion) tiene|es buena)'],
    ['is it suitable for children', '(?:es )?(?:apta )?para (?:los )?ninos'],
    ['what language is it in', 'en que (?:idioma|lengua) (?:esta|es)'],
    ['what genre is it', '(?:de )?que genero es'],
    ['who directed $1', '(?:y )?quien (?:dirigio|dirige|hizo) (.+)'],
    ['when did $1 come out', '(?:y )?(?:cuando (?:salio|se estreno)|de que ano es) (.+)'],
    ['how long is $1', '(?:y )?cuanto dura (.+)'],
    ['who is in $1', '(?:y )?quien(?:es)? (?:actuan?|salen?|trabajan?) en (.+)'],
    ['thanks', '(?:muchas )?gracias'],
    ['hello', 'buen[oa]s (?:dias|tardes|noches)'],
    ['what is the weather', 'que tiempo (?:hace|hara).*'],
    ['what time is it', 'que hora es'],
    ['capital of', 'cual es la capital .*'],
  ],
  Italian: [
    ['which is older , $1', '(?:quale|qual e)(?: film)? (?:e )?(?:il )?piu (?:vecchio|antico) ?,? (.+ o .+)'],
    ['how many films do you have', 'quanti film (?:hai|avete|ci sono|conosci)'],
    ['how many films by $1 do you have', 'quanti film (?:di|con) (.+?)(?: hai| avete| ci sono| conosci)?'],
    ['yes', 'si|certo|esatto|e (?:lui|quello|questo)|si ,? ?(?:e )?quello'],
    ['no , another one', 'no ,? ?(?:un altro|qualcosaltro|qualcos altro|altro)'],
    ['i have already seen it', '(?:(?:no|si) ,? ?)?(?:l ?ho )?gia vist[oa]|lo conosco(?: gia)?'],
    ['another one', 'un altro(?: film)?|qualcosaltro|qualcos altro|qualcosa di diverso'],
    ['something newer', '(?:qualcosa di )?piu (?:nuovo|recente)'],
    ['something older', '(?:qualcosa di )?piu (?:vecchio|antico)'],
    ['surprise me', 'sorprendimi|e lo stesso|uno qualsiasi'],
    ['who directed it', '(?:e )?(?:chi l ?ha (?:diretto|girato|fatto)|chi e il regista|di chi e)'],
    ['who plays $1', '(?:e )?chi (?:interpreta|fa la parte di) (.+)'],
    ['who is in it', '(?:e )?(?:chi (?:recita|ci recita)(?: nel film)?|quali sono gli attori|chi sono gli attori)'],
    ['when did it come out', '(?:e )?(?:quando e uscito|di che anno e|in che anno e uscito)'],
    ['how long is it', '(?:e )?quanto dura(?: il film)?'],
    ['what is it about', '(?:e )?(?:di (?:che )?cosa (?:parla|tratta)(?: il film)?)'],
    ['how is it rated', '(?:e )?(?:che voto ha|e bello)'],
    ['is it suitable for children', '(?:e )?(?:adatto ai|per) bambini'],
    ['what language is it in', 'in che lingua e'],
    ['what genre is it', '(?:di )?che genere e'],
    ['who directed $1', '(?:e )?chi ha (?:diretto|girato|fatto) (.+)'],
    ['when did $1 come out', '(?:e )?(?:quando e uscito|di che anno e) (.+)'],
    ['how long is $1', '(?:e )?quanto dura (.+)'],
    ['who is in $1', '(?:e )?chi recita in (.+)'],
    ['thanks', 'grazie(?: mille)?'],
    ['hello', 'buongiorno|buonasera|salve'],
    ['what is the weather', 'che tempo (?:fa|fara).*'],
    ['what time is it', 'che ore sono|che ora e'],
    ['capital of', 'qual e la capitale .*'],
  ],
  Portuguese: [
    ['which is older , $1', '(?:qual|que)(?: filme)? e (?:o )?mais (?:velho|antigo) ?,? (.+ ou .+)'],
    ['how many films do you have', 'quantos filmes (?:tens|voce tem|tem|ha|conheces)'],
    ['how many films by $1 do you have', 'quantos filmes (?:de|do|da|com) (.+?)(?: tens| voce tem| tem| ha| conheces)?'],
    ['yes', 'sim|claro|exato|exatamente|e (?:esse|este|isso)|isso mesmo'],
    ['no , another one', 'nao ,? ?(?:outr[oa]|outra coisa)'],
    ['no', 'nao|nenhum'],
    ['i have already seen it', '(?:(?:nao|sim) ,? ?)?(?:esse )?(?:eu )?ja (?:o |a )?(?:vi|assisti|conheco)(?: (?:esse|este|o filme))?'],
    ['another one', 'outr[oa](?: filme)?|outra coisa|algo diferente'],
    ['something newer', '(?:algo )?mais (?:nov[oa]|recente)'],
    ['something older', '(?:algo )?mais (?:velh[oa]|antig[oa])'],
    ['surprise me', 'surpreend[ae] me|me surpreenda|tanto faz|qualquer um'],
    ['who directed it', '(?:e )?(?:quem (?:o )?(?:dirigiu|realizou|fez)|quem e o (?:diretor|realizador)|de quem e)'],
    ['who plays $1', '(?:e )?quem (?:interpreta|faz (?:de|o papel de)) (?:(?:o|a) )?(.+)'],
    ['who is in it', '(?:e )?(?:quem (?:atua|entra|participa)(?: no filme| nele)?|quais sao os atores|qual e o elenco)'],
    ['when did it come out', '(?:e )?(?:quando (?:saiu|foi lancado|estreou)|de que ano e|em que ano (?:saiu|foi lancado))'],
    ['how long is it', '(?:e )?quanto (?:tempo )?dura(?: o filme)?|qual e a duracao'],
    ['what is it about', '(?:e )?(?:(?:do|de) que (?:se )?trata(?: o filme)?|sobre o que e(?: o filme)?)'],
    ['how is it rated', '(?:e )?(?:que nota tem|e bom|qual e a nota)'],
    ['is it suitable for children', '(?:e )?(?:adequado )?para criancas'],
    ['what language is it in', 'em que (?:lingua|idioma) (?:e|esta)'],
    ['what genre is it', '(?:de )?que genero e'],
    ['who directed $1', '(?:e )?quem (?:dirigiu|realizou|fez) (.+)'],
    ['when did $1 come out', '(?:e )?(?:quando (?:saiu|foi lancado|estreou)|de que ano e) (.+)'],
    ['how long is $1', '(?:e )?quanto (?:tempo )?dura (.+)'],
    ['who is in $1', '(?:e )?quem (?:atua|entra|participa) em (.+)'],
    ['thanks', '(?:muito )?obrigad[oa]'],
    ['hello', 'ola|oi|bom dia|boa (?:tarde|noite)'],
    ['what is the weather', 'como (?:esta|vai estar|vai ser) o tempo.*'],
    ['what time is it', 'que horas sao'],
    ['capital of', 'qual e a capital .*'],
  ],
}; // prettier-ignore

const PLEASE =
  ' ,? ?(?:bitte|sil (?:vous|te) plait|merci|por favor|per favore|danke|gracias|grazie|obrigado)';
const ORDINALS: readonly [english: string, words: string][] = [
  ['first', 'erste|premier|premiere|primer|primera|primero|primo|prima|primeiro|primeira'],
  ['second', 'zweite|deuxieme|second|seconde|segundo|segunda|secondo|seconda'],
  ['third', 'dritte|troisieme|tercer|tercera|tercero|terzo|terza|terceiro|terceira'],
  ['fourth', 'vierte|quatrieme|cuarto|cuarta|quarto|quarta'],
  ['fifth', 'funfte|cinquieme|quinto|quinta'],
  ['last', 'letzte|dernier|derniere|ultimo|ultima'],
];
const PLACES = ORDINALS.map(
  ([english, words]) =>
    [
      `the ${english} one`,
      whole(
        `(?:ich nehme |je prends |quiero |prendo |quero )?(?:der|die|das|den|le|la|el|il|o|a)? ?(?:${words})n?(?: film| pelicula| filme)?`,
      ),
    ] as const,
);
const KNOWN = Object.entries(MESSAGES).map(
  ([language, messages]) =>
    [language as Language, messages.map(([english, message]) => [english, whole(message)] as const)] as const,
);

/** Between the two films of a comparison. */
const OR: Partial<Record<Language, string>> = {
  German: 'oder',
  French: 'ou',
  Portuguese: 'ou',
  Spanish: 'o',
  Italian: 'o',
};

function whole(message: string): RegExp {
  return new RegExp(`^(?:${message})(?:${PLEASE})?(?: ?[?,])?$`, 'u');
}

/** A message that only carries a dialogue on, in one of the other languages; null for any other. @param text folded */
export function dialogueIn(text: string): { language: Language; text: string } | null {
  for (const [language, messages] of KNOWN) {
    const found = messages.find(([, pattern]) => pattern.test(text));
    if (!found) continue;
    const name = found[1].exec(text)?.slice(1).find(Boolean) ?? '';
    const connective = found[0].startsWith('which is ') ? (OR[language] ?? 'or') : 'or';
    const said = name.replace(/ ?\?$/, '').replace(` ${connective} `, ' or ');
    const english = found[0].replace('$1', said);
    return { language, text: /^(?:who|when|how|what|is)\b/.test(english) ? `${english} ?` : english };
  }
  const place = ENGLISH_PLACE.test(text) ? undefined : PLACES.find(([, pattern]) => pattern.test(text));
  return place ? { language: 'German', text: place[0] } : null;
}

/** "second" alone is English as well. */
const ENGLISH_PLACE = /^(?:the )?second(?: one| film)?$/;
