import { stems } from '../../adapters/chat-model/offline/extract.js';

/** Kinds of questions about whole documents. */
export type WholeQuestion = 'summary' | 'list' | 'pages';

const whole = (words: string) => `(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`;

/** Requests for a summary, by language. */
const SUMMARY = new RegExp(
  whole(
    [
      'summari[sz]e|summary|sum up|overview|outline|tl;?dr|main (?:points|ideas|topics)|key (?:points|takeaways)|gist',
      '(?:what|which) (?:topics?|subjects?|things?|sections|chapters|headings) (?:does|do|are)|welche (?:abschnitte|kapitel|themen)',
      "(?:what|whats|what's) (?:is|was|are|does)?\\s*(?:this|that|it|the|my)\\s.*(?:about|contain|say|cover|deal with|discuss)",
      'zusammenfass\\p{L}*|fass\\p{L}*\\s.*zusammen|worum geht|worum handelt|wovon handelt|was steht in|inhalt|erkl(?:ä|ae)re?n?|(?:ü|ue)berblick|kernaussagen|hauptpunkte',
      'r[ée]sum\\p{L}*|synth[èe]se|de quoi (?:parle|traite|s.agit)|que (?:contient|dit)|qu.est-ce que (?:ce|le) \\S+ (?:contient|dit)|points? (?:essentiels?|principaux)',
      '(?:explain|describe) (?:this|that|the|my|it)',
      'resum\\p{L}*|res[úu]m[ea](?:lo|me)?|de qu[ée] (?:trata|habla|va)|qu[ée] dice (?:este|el)|puntos (?:principales|clave)',
      'riassu\\p{L}*|sintesi|di (?:che )?cosa (?:parla|tratta)|punti (?:principali|chiave)',
      'do que (?:trata|fala)|de que (?:trata|fala)|sobre o que [ée]|o que diz|pontos (?:principais|chave)',
      'vat .*samen|samenvat\\p{L}*|waar gaat .*over|hoofdpunten',
      'podsumuj|podsumowanie|streść|streszczenie|o czym jest',
      'sammanfatt\\p{L}*|vad handlar .*om|opsummer\\p{L}*|oppsummer\\p{L}*|sammendrag|hvad handler .*om|hva handler .*om',
      'shrň|shrnutí|o čem je|özetle\\p{L}*|özet\\p{L}*',
    ].join('|'),
  ),
  'iu',
);
/** Requests for the list of documents, or their number, which it begins with. */
const LIST = new RegExp(
  [
    whole('(?:what|which) (?:of my )?(?:documents|files|uploads)') +
      '(?:\\s+(?:(?:do|can) (?:i|you|we) (?:have|see|read|know|use|ask about)|(?:did|have) (?:i|we) .*|(?:are|were)(?: there| uploaded| available| mine)?)(?: here| now| so far)?)?$',
    whole('what (?:did|have) i upload(?:ed)?'),
    whole('how many (?:documents|files|uploads)') +
      '(?:\\s+(?:(?:do|can|did|have) (?:i|you|we) (?:have|see|read|know|upload(?:ed)?|got|add(?:ed)?)|are (?:there|uploaded|available)|have been uploaded))?(?: here| now| so far| in total| altogether)?$',
    whole('(?:list|show)(?: me)?(?: all)?(?: of)?(?: my| the)? (?:documents|files|uploads)') +
      '(?:\\s+(?:that )?(?:i|you|we)(?!\\p{L}).*)?$',
    whole(
      '(?:welche|wie ?viele) (?:dokumente|dateien)(?: habe ich| hast du| gibt es| sind (?:da|hochgeladen))?',
    ) + '(?:\\s+hochgeladen)?$',
    whole('was habe ich hochgeladen'),
    whole(
      '(?:quels|combien de) (?:documents|fichiers)(?: ai-je| as-tu| y a-t-il)?(?: envoyés| téléversés)?',
    ) + '$',
    whole('(?:qu[ée]|cu[áa]ntos) (?:documentos|archivos) (?:tengo|hay|he subido)') +
      '(?:\\s+(?:subidos?|aqu[íi]|en total))*$',
    whole('(?:quali|che|quanti) (?:documenti|file) (?:ho|ci sono)(?: caricato)?') +
      '(?:\\s+(?:caricati|qui|in totale))*$',
    whole('(?:quais|que|quantos) (?:documentos|arquivos|ficheiros) (?:tenho|há|enviei)') +
      '(?:\\s+(?:enviados|aqui|no total|ao todo))*$',
    whole('(?:welke|hoeveel) (?:documenten|bestanden) (?:heb ik|zijn er)') +
      '(?:\\s+(?:ge[üu]pload|hier|in totaal))*$',
  ].join('|'),
  'iu',
);
/** Questions for the number of pages. */
const PAGES = new RegExp(
  whole(
    [
      'how many (?:pages|slides)|number of (?:pages|slides)|(?:page|slide) count',
      'wie ?viele? (?:seiten|folien)|(?:seiten|folien)(?:an)?zahl|anzahl (?:der )?(?:seiten|folien)',
      'combien de (?:pages|diapositives)|nombre de (?:pages|diapositives)',
      'cu[aá]ntas (?:p[aá]ginas|diapositivas)|n[uú]mero de p[aá]ginas',
      'quante (?:pagine|diapositive)|numero di pagine',
      "quantas (?:p[aá]ginas|slides)|hoeveel (?:pagina['’]?s|bladzijden|dia['’]?s)",
    ].join('|'),
  ),
  'iu',
);
/** Verbs of such questions. */
const HAS = new RegExp(
  whole(
    'has|have|had|are|there|long|hat|haben|gibt|hay|tiene|ha|ci|sono|tem|há|heeft|zijn|er|a|y|t|comporte|contient|compte',
  ),
  'giu',
);
/** Words of such a question; all others narrow it down to a topic. */
const OWN_WORDS = new RegExp(
  whole(
    [
      'a|an|the|this|that|these|my|me|us|i|you|it|is|are|was|does|do|did|can|could|would|of|for|to|on|in|and|all|give|make|write|get|explain|describe',
      'summari[sz]e|summary|sum|up|overview|tl;?dr|main|key|points?|takeaways|gist|about|contains?|says?|covers?|outline|topics?|subjects?|things?|sections|chapters|headings|guide|handbook|have|has|welche|abschnitte|kapitel|themen|hat|gibt|ideas?|talks?|deals?|with|discuss(?:es|ed)?|in it',
      'documents?|files?|pdf|upload(?:ed)?|texts?|report|attachments?|attached|page|whole|entire|everything|book|e?book|novel|story|article|manual|paper|presentation|slides?|deck|e?mail|letter|notebook|scan|picture|image|buch|pr(?:ä|ae)sentation|artikel|livre|libro|livro|boek|quick(?:ly)?|two|three|four|five|simple|plain|terms|words|so|far|short(?:ly)?|brief(?:ly)?|please|one|few|sentences?|words?|what|whats',
      'fasse?n?|sie|das|die|der|den|des|ein|eine|einen|dieses?|dieser|diese|mir|bitte|dokuments?|datei|zusammen\\p{L}*|worum|wovon|handelt|geht|es|sich|hier|bei|in|im|diesem|dem|steht|was|hochgeladene?n?|kurz(?:e|en)?|gib|(?:ü|ue)berblick|kernaussagen|hauptpunkte|ich|habe|k(?:ö|oe)nn\\p{L}*|kannst|du|erkl(?:ä|ae)re?n?|du|inhalt|(?:ü|ue)ber|von',
      "r[ée]sum\\p{L}*|synth[èe]se|le|la|les|ce|cet|cette|un|une|moi|de|du|des|d|l|s|quoi|parle|traite|agit|il|fichier|s'il|te|vous|pla[iî]t|fais|faire|donne|points?|essentiels?|principaux|court|bref|contient|dit|qu|que|est|peux|tu|pouvez|j'ai|envoyé|téléversé",
      'resum\\p{L}*|res[úu]m[ea](?:lo|me)?|el|los|este|esta|del|archivo|documento|por|favor|qu[ée]|trata|habla|va|dice|haz|hazme|dame|breve|puntos|principales|clave|subido|he|subí|que|puedes|podr[ií]as?',
      'riassu\\p{L}*|sintesi|il|lo|questo|quest|testo|favore|di|che|cosa|parla|tratta|fai|fammi|punti|principali|chiave|caricato|ho',
      'o|os|do|da|dos|um|uma|esse|este|diz|fala|sobre|é|arquivo|ficheiro|faça|pontos|principais|enviei',
      'vat|kun|kan|je|u|samen\\p{L}*|het|dit|dat|bestand|waar|gaat|over|hoofdpunten|alsjeblieft|graag|geef|van|de|een|mijn|document|deze|samenvatting',
      'podsumuj|podsumowanie|streść|streszczenie|czym|jest|ten|tego|dokument\\p{L}*|plik\\p{L}*|proszę|mi',
      'sammanfatt\\p{L}*|opsummer\\p{L}*|oppsummer\\p{L}*|sammendrag|vad|hvad|hva|handlar|handler|det|den|här|her|dokument\\p{L}*|fil\\p{L}*|tack|tak|takk|om',
      'shrň|shrnutí|čem|je|tento|soubor\\p{L}*|özet\\p{L}*|bu|belge\\p{L}*|dosya\\p{L}*|lütfen',
    ].join('|'),
  ),
  'giu',
);
/** Scripts that set no spaces between words, and Russian: such requests, and the words they consist of. */
const OTHER_SUMMARY =
  /要約|まとめ|概要|总结|總結|概括|摘要|요약|кратк\p{L}* (?:содержани|изложени)\p{L}*|резюм\p{L}*|о ч[её]м (?:этот|это|документ|файл)/iu;
const OTHER_OWN =
  /要約|まとめ|概要|内容|この|その|を|の|は|に|で|して|ください|下さい|教えて|何|です|か|ファイル|文書|ドキュメント|资料|总结|總結|概括|摘要|一下|请|請|这个|這個|这份|這份|文件|文档|文檔|的|요약|해\s?줘|해\s?주세요|이|파일|문서|을|를|сделай\p{L}*|дай\p{L}*|кратк\p{L}*|содержани\p{L}*|изложени\p{L}*|резюм\p{L}*|документ\p{L}*|файл\p{L}*|этого|этот|эт[ао]|мне|пожалуйста|о|ч[её]м/giu;

/** Whether a question may be about documents as a whole, whatever their names are. */
export const mayAskWhole = (message: string): boolean =>
  LIST.test(bare(message)) || PAGES.test(message) || asksSummary(withoutFiles(message));

const asksSummary = (text: string) => SUMMARY.test(text) || OTHER_SUMMARY.test(text);

/** A file that is named is "it": "What is visits.csv about?" */
const withoutFiles = (text: string) =>
  text.replaceAll(/[\p{L}\p{N}_.-]+\.[a-z]{2,5}(?![\p{L}\p{N}])/giu, 'it');

const bare = (message: string) => message.trim().replace(/[?!.\s]+$/, '');

/**
 * Whether a question is about documents as a whole.
 * @param filenames of the documents; their words may stand in it
 */
export function readWhole(message: string, filenames: readonly string[]): WholeQuestion | null {
  const text = bare(message);
  if (LIST.test(text)) return 'list';
  const isPages = PAGES.test(text);
  if (!isPages && !asksSummary(withoutFiles(text))) return null;
  const named = filenames.filter((name) => text.toLowerCase().includes(name.toLowerCase()));
  const rest = named.reduce((left, name) => left.toLowerCase().replace(name.toLowerCase(), ' '), text);
  const known = new Set(
    filenames.flatMap((name) => [...stems(name.replace(/\.\w+$/, '').replace(/[_-]/g, ' '))]),
  );
  const own = (isPages ? rest.replace(PAGES, ' ').replace(HAS, ' ') : rest)
    .replace(OWN_WORDS, ' ')
    .replace(OTHER_OWN, ' ');
  if ([...stems(own)].some((stem) => !known.has(stem))) return null;
  return isPages ? 'pages' : 'summary';
}

/** The document that a question names, by its name, some words of it or its kind; else the first. */
export function chooseDocument<D extends { filename: string }>(
  message: string,
  documents: readonly D[],
): D | null {
  const asked = stems(message);
  const words = new Set(message.toLowerCase().match(/\p{L}+/gu));
  const score = ({ filename }: D) => {
    if (message.toLowerCase().includes(filename.toLowerCase())) return 100;
    const kind = /\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
    const named = [...stems(filename.replace(/\.\w+$/, '').replace(/[_-]/g, ' '))];
    return named.filter((stem) => asked.has(stem)).length + (words.has(kind) ? 0.5 : 0);
  };
  return documents.toSorted((a, b) => score(b) - score(a))[0] ?? null;
}
