const FIRST_CAPACITY = 1_024;

/**
 * Inverted index: the documents of each key, with weights. Entries are added in any order; the first query sorts
 * them by key, after which none may be added. Packed into 5 bytes each, since a large catalogue has millions.
 */
export class Postings {
  private readonly numbers = new Map<string, number>();
  /** Entries before sorting. */
  private keys: Int32Array | null = new Int32Array(FIRST_CAPACITY);
  private docs = new Int32Array(FIRST_CAPACITY);
  private weights = new Uint8Array(FIRST_CAPACITY);
  private size = 0;
  /** Start of each key's entries, after sorting. */
  private starts = new Int32Array(0);

  has(key: string): boolean {
    return this.numbers.has(key);
  }

  /** @param weight 1…255 */
  add(key: string, doc: number, weight = 1): void {
    if (!this.keys) throw new Error('These postings are sorted: nothing can be added.');
    let number = this.numbers.get(key);
    if (number === undefined) this.numbers.set(key, (number = this.numbers.size));
    const keys = this.size < this.docs.length ? this.keys : this.grow(this.keys);
    keys[this.size] = number;
    this.docs[this.size] = doc;
    this.weights[this.size++] = weight;
  }

  /** In how many documents a key is. */
  count(key: string): number {
    const number = this.numbers.get(key);
    if (number === undefined) return 0;
    this.sort();
    return this.starts[number + 1]! - this.starts[number]!;
  }

  forEach(key: string, visit: (doc: number, weight: number) => void): void {
    const number = this.numbers.get(key);
    if (number === undefined) return;
    this.sort();
    const end = this.starts[number + 1]!;
    for (let i = this.starts[number]!; i < end; i++) visit(this.docs[i]!, this.weights[i]!);
  }

  /** Counting sort: one pass to count, one to place. */
  private sort(): void {
    const keys = this.keys;
    if (!keys) return;
    const starts = new Int32Array(this.numbers.size + 1);
    for (let i = 0; i < this.size; i++) starts[keys[i]! + 1]!++;
    for (let k = 0; k < this.numbers.size; k++) starts[k + 1]! += starts[k]!;
    const next = starts.slice();
    const docs = new Int32Array(this.size);
    const weights = new Uint8Array(this.size);
    for (let i = 0; i < this.size; i++) {
      const at = next[keys[i]!]!++;
      docs[at] = this.docs[i]!;
      weights[at] = this.weights[i]!;
    }
    this.keys = null;
    this.docs = docs;
    this.weights = weights;
    this.starts = starts;
  }

  private grow(keys: Int32Array): Int32Array {
    const larger = <A extends Int32Array | Uint8Array>(to: A, from: A): A => (to.set(from), to);
    const capacity = this.size * 2;
    this.docs = larger(new Int32Array(capacity), this.docs);
    this.weights = larger(new Uint8Array(capacity), this.weights);
    return (this.keys = larger(new Int32Array(capacity), keys));
  }
}
