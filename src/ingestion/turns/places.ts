/** Thrown into a job that yields its place to one of another owner; it resumes later. */
export class PlaceYielded extends Error {}

/** How long a job has its place in any case: its file has to be read again. */
const MIN_MS = 5_000;

interface Holder {
  tenant: string;
  since: number;
  place: AbortController;
}

/** The places of a worker, and whose files hold them: one owner may hold several only while no other waits. */
export class Places {
  private readonly holders = new Map<string, Holder>();

  constructor(private readonly size: number) {}

  /** @returns a signal that is aborted when the job must release its place for another owner */
  take(jobId: string, tenant: string, now = performance.now()): AbortSignal {
    const place = new AbortController();
    this.holders.set(jobId, { tenant, since: now, place });
    return place.signal;
  }

  leave(jobId: string): void {
    this.holders.delete(jobId);
  }

  /** Whose place can be given to others: an owner's who holds several, when no place is free. */
  get crowded(): string | null {
    return this.newestOfSeveral()?.tenant ?? null;
  }

  /** Takes a place from an owner that holds several: that of its youngest job, which has lost least. */
  yieldOne(now = performance.now()): void {
    const holder = this.newestOfSeveral();
    if (holder && now - holder.since >= MIN_MS) holder.place.abort(new PlaceYielded());
  }

  private newestOfSeveral(): Holder | undefined {
    const holders = [...this.holders.values()].filter(({ place }) => !place.signal.aborted);
    if (holders.length < this.size) return undefined;
    return holders
      .filter(({ tenant }) => holders.filter((other) => other.tenant === tenant).length > 1)
      .toSorted((a, b) => b.since - a.since)[0];
  }
}
