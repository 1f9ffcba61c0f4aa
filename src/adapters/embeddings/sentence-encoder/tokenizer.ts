/** A piece of the vocabulary with its score, the logarithm of its probability. */
export type VocabularyEntry = readonly [piece: string, score: number];

interface Node {
  children?: Map<string, Node>;
  /** The piece that ends here. */
  index?: number;
}

const SEPARATOR = '\u2581';
/** Control symbols at the beginning of the vocabulary, which no text has. */
const RESERVED = 6;
const UNKNOWN = 0;

/**
 * SentencePiece's unigram segmentation: the pieces of the vocabulary with the highest total score. Gives the same
 * pieces as the model's own tokenizer, on which its weights were trained.
 */
export class Tokenizer {
  private readonly root: Node = {};

  constructor(private readonly vocabulary: readonly VocabularyEntry[]) {
    for (let index = RESERVED; index < vocabulary.length; index++) {
      let node = this.root;
      for (const symbol of vocabulary[index]![0]) {
        node.children ??= new Map();
        let child = node.children.get(symbol);
        if (!child) node.children.set(symbol, (child = {}));
        node = child;
      }
      node.index = index;
    }
  }

  /** @returns indexes of pieces in the vocabulary; 0 for one or more unknown characters */
  encode(text: string): number[] {
    const normalized = text.normalize('NFKC');
    if (normalized.length === 0) return [];
    const symbols = [...SEPARATOR, ...normalized.replaceAll(' ', SEPARATOR)];
    return this.backwards(this.bestPieces(symbols));
  }

  /** @returns for each position the best piece that ends there */
  private bestPieces(symbols: readonly string[]): number[] {
    const pieces = Array.from({ length: symbols.length + 1 }, () => UNKNOWN);
    const scores = Array.from({ length: symbols.length + 1 }, () => 0);
    const reach = (end: number, index: number, score: number) => {
      if (scores[end] !== 0 && score < scores[end]!) return;
      scores[end] = score;
      pieces[end] = index;
    };
    for (let start = 0; start < symbols.length; start++) {
      let isKnown = false;
      let node = this.root.children?.get(symbols[start]!);
      for (let end = start + 1; node; node = node.children?.get(symbols[end++] ?? '')) {
        if (node.index === undefined) continue;
        isKnown = true;
        reach(end, node.index, this.vocabulary[node.index]![1] + scores[start]!);
      }
      if (!isKnown) reach(start + 1, UNKNOWN, scores[start]!);
    }
    return pieces;
  }

  private backwards(pieces: readonly number[]): number[] {
    const found: number[] = [];
    for (let end = pieces.length - 1; end > 0;) {
      const piece = pieces[end]!;
      if (piece !== UNKNOWN || found.at(-1) !== UNKNOWN) found.push(piece);
      end -= this.vocabulary[piece]![0].length;
    }
    return found.toReversed();
  }
}
